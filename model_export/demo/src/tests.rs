//! The shop as a whole: the same every time, complete, and behaving as the simulator promises.

#![allow(clippy::unwrap_used)]

use std::collections::{HashMap, HashSet};

use super::simulator::Log;
use super::*;

fn options(seed: u64) -> ShopOptions {
    ShopOptions { seed, products: 300, sessions: 600 }
}

fn digest(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

fn made(seed: u64) -> Shop {
    Shop::make(&options(seed), |_| {}).unwrap()
}

/// `events.csv`, `items.csv`, `shop.json`.
fn files(shop: &Shop) -> [Vec<u8>; 3] {
    let (mut events, mut items, mut json) = (Vec::new(), Vec::new(), Vec::new());
    shop.write_events(&mut events).unwrap();
    shop.write_items(&mut items).unwrap();
    shop.write_shop(&mut json).unwrap();
    [events, items, json]
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let (first, again, other) = (files(&made(7)), files(&made(7)), files(&made(8)));
    assert!(first == again, "the same");
    assert!(first.iter().zip(&other).all(|(first, other)| first != other), "each differs");
}

/// These digests were taken once, on x86-64. They hold on every machine; who changes the generator on purpose takes
/// them anew.
#[test]
fn the_bytes_are_those_of_every_other_machine() {
    let found = files(&made(1)).map(|file| digest(&file));
    assert_eq!(found, [0x839c_3d7a_0a13_91e3, 0x664e_2c79_20bd_eb79, 0xe103_af85_5f4a_c4ec], "{found:x?}");
}

#[test]
fn shop_json_is_complete_and_its_lists_name_only_its_products() {
    let made = made(3);
    let [_, _, json] = files(&made);
    let shop: serde_json::Value = serde_json::from_slice(&json).unwrap();
    let products = shop["products"].as_array().unwrap();
    assert_eq!(products.len(), 300);
    let ids: HashSet<&str> = products.iter().map(|product| product["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 300);

    let categories = shop["categories"].as_array().unwrap();
    let slugs: HashSet<&str> = categories.iter().map(|category| category["slug"].as_str().unwrap()).collect();
    assert_eq!(slugs.len(), categories.len());
    let parents: HashSet<&str> = categories.iter().filter_map(|category| category["parent"].as_str()).collect();
    assert!(parents.is_subset(&slugs));
    let leaves = categories.len() - parents.len();
    assert!((38..=45).contains(&leaves), "about forty categories hold products: {leaves}");

    let pictures: HashMap<&str, String> = made.pictures().collect();
    for product in products {
        assert!(slugs.contains(product["category"].as_str().unwrap()));
        assert!(product["price"].as_f64().unwrap() > 0.0);
        for field in ["title", "brand", "colour"] {
            assert!(!product[field].as_str().unwrap().is_empty());
        }
        if let Some(rating) = product.get("rating") {
            assert!((1.0..=5.0).contains(&rating.as_f64().unwrap()));
        }
        assert_eq!(pictures[product["id"].as_str().unwrap()], product["picture"].as_str().unwrap());
    }

    let known = |list: &serde_json::Value| {
        let list: Vec<&str> = list.as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
        assert_eq!(list.iter().collect::<HashSet<_>>().len(), list.len(), "nothing twice");
        assert!(list.iter().all(|id| ids.contains(id)));
        list.len()
    };
    assert_eq!(known(&shop["lists"]["home"]), 60);
    let by_category = shop["lists"]["category"].as_object().unwrap();
    assert_eq!(by_category.len(), categories.len());
    assert!(by_category.values().map(known).sum::<usize>() > 300);
    let also = shop["lists"]["also"].as_object().unwrap();
    assert_eq!(also.len(), 300);
    assert!(also.values().all(|list| (4..=24).contains(&known(list))));
}

#[test]
fn the_tables_have_the_columns_that_the_command_reads() {
    let shop = made(4);
    let [events, items, _] = files(&shop).map(|file| String::from_utf8(file).unwrap());
    let mut lines = events.lines();
    let columns = "session_id,item_id,ts,event,user_id,price,quantity,dwell_ms,query,list_id,position";
    assert_eq!(lines.next().unwrap(), columns);
    let (mut sessions, mut words) = (HashSet::new(), HashSet::new());
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        let [session, item, at, event, _, price, quantity, dwell, query, list, place] = cells[..] else {
            unreachable!("{line}")
        };
        sessions.insert(session);
        words.insert(event);
        let window = simulator::START_MS..simulator::START_MS + (simulator::DAYS + 1) * simulator::DAY_MS;
        assert!(window.contains(&at.parse().unwrap()));
        let is_turn = ["view", "cart", "wish", "remove", "purchase"].contains(&event);
        assert_eq!(price.parse::<f64>().is_ok_and(|price| price > 0.0), is_turn, "{line}");
        assert_eq!(quantity.is_empty(), !["cart", "remove", "purchase"].contains(&event), "{line}");
        assert_eq!((item.is_empty(), query.is_empty()), (event == "search", event != "search"), "{line}");
        assert!(item.is_empty() || item.starts_with("RS-"));
        assert!(dwell.is_empty() || (event == "view" && dwell.parse::<u32>().unwrap() > 0), "{line}");
        let shown = place.parse::<usize>().is_ok_and(|place| place < 12) && !list.is_empty();
        assert_eq!(shown, event == "impression", "{line}");
    }
    let expected = ["view", "cart", "wish", "remove", "purchase", "search", "impression", "dislike", "return"];
    assert_eq!(words, HashSet::from(expected));
    assert_eq!(sessions.len(), 600);
    assert_eq!(events.lines().count() - 1, shop.rows());
    assert_eq!(items.lines().count(), 301);
    assert!(items.lines().skip(1).all(|line| line.matches('"').count() == 2));
}

/// What shoppers did with items, by session.
fn sessions(log: &Log) -> HashMap<u32, Vec<Event>> {
    let mut sessions: HashMap<u32, Vec<Event>> = HashMap::new();
    for event in turns(log) {
        sessions.entry(event.session).or_default().push(*event);
    }
    sessions
}

fn turns(log: &Log) -> impl Iterator<Item = &Event> {
    log.events.iter().filter(|event| event.kind.is_turn())
}

#[test]
fn shoppers_behave_as_promised() {
    let products = catalogue::make(5, 1_000);
    let log = simulator::play(5, &products, 5_000, |_| {});
    let sessions = sessions(&log);
    assert_eq!(sessions.len(), 5_000, "no session without an event");
    let people: Vec<&Vec<Event>> = sessions
        .values()
        .filter(|session| session.windows(2).any(|w| w[1].at - w[0].at > 700) || session.len() < 100)
        .collect();
    let bots = sessions.len() - people.len();
    assert!((3..=8).contains(&bots), "{bots} machines");

    let mut lengths: Vec<usize> = people.iter().map(|session| session.len()).collect();
    lengths.sort_unstable();
    let share =
        |keep: &dyn Fn(usize) -> bool| lengths.iter().filter(|&&l| keep(l)).count() as f64 / lengths.len() as f64;
    assert!((0.1..0.4).contains(&share(&|l| l == 1)), "some leave at once: {}", share(&|l| l == 1));
    assert!((3..=8).contains(&lengths[lengths.len() / 2]), "the median: {}", lengths[lengths.len() / 2]);
    assert!((0.005..0.12).contains(&share(&|l| l > 20)), "a few stay long: {}", share(&|l| l > 20));

    let repeats = people.iter().filter(|session| {
        let mut seen = HashSet::new();
        session.iter().filter(|event| event.kind == Kind::View).any(|event| !seen.insert(event.item))
    });
    assert!(repeats.count() * 5 > people.len(), "shoppers come back to what they saw");
    assert!(people.iter().all(|session| session.is_sorted_by_key(|event| event.at)));

    let count = |kind| log.events.iter().filter(|event| event.kind == kind).count();
    assert!(count(Kind::View) > 5 * count(Kind::Cart));
    assert!(count(Kind::Cart) > count(Kind::Purchase) && count(Kind::Purchase) > 0);
    assert!(count(Kind::Remove) > 0 && count(Kind::Wish) > 0);
    let signed_in = people.iter().filter(|session| session[0].user.is_some()).count();
    assert!((0.25..0.45).contains(&(signed_in as f64 / people.len() as f64)));
}

#[test]
fn a_cart_is_filled_before_it_is_emptied_or_bought() {
    let products = catalogue::make(6, 400);
    let log = simulator::play(6, &products, 3_000, |_| {});
    for session in sessions(&log).values() {
        let mut cart = HashSet::new();
        let mut seen = HashSet::new();
        for event in session {
            match event.kind {
                Kind::View => assert!(seen.insert(event.item) || seen.contains(&event.item)),
                Kind::Cart => assert!(seen.contains(&event.item) && cart.insert(event.item)),
                Kind::Remove | Kind::Purchase => assert!(cart.remove(&event.item)),
                Kind::Wish => assert!(seen.contains(&event.item)),
                Kind::Return | Kind::Dislike | Kind::Search | Kind::Impression => unreachable!("no turn to an item"),
            }
        }
    }
}

#[test]
fn looks_fall_on_few_products_and_stay_within_a_session_s_subject() {
    let products = catalogue::make(9, 1_000);
    let log = simulator::play(9, &products, 5_000, |_| {});
    let mut counts = vec![0_usize; products.len()];
    let (mut near, mut steps) = (0, 0);
    let events: Vec<Event> = turns(&log).copied().collect();
    for pair in events.windows(2) {
        counts[pair[0].item as usize] += 1;
        if pair[0].session == pair[1].session {
            steps += 1;
            let same = products[pair[0].item as usize].category == products[pair[1].item as usize].category;
            near += usize::from(same);
        }
    }
    counts.sort_unstable_by(|a, b| b.cmp(a));
    let total: usize = counts.iter().sum();
    let top = counts[..100].iter().sum::<usize>() as f64 / total as f64;
    assert!((0.25..0.75).contains(&top), "the first tenth has {top}");
    assert!(near as f64 / steps as f64 > 0.6, "{near} of {steps} steps stay in a category");
}

/// The mean of some numbers.
fn mean(numbers: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = numbers.fold((0.0, 0.0), |(sum, count), number| (sum + number, count + 1.0));
    sum / f64::max(count, 1.0)
}

#[test]
fn what_only_the_browser_sees_tells_what_suits() {
    let products = catalogue::make(5, 1_000);
    let log = simulator::play(5, &products, 5_000, |_| {});
    let (mut bought, mut clicked) = (HashSet::new(), HashSet::new());
    for event in &log.events {
        match event.kind {
            Kind::Cart | Kind::Purchase => _ = bought.insert((event.session, event.item)),
            Kind::View => _ = clicked.insert((event.session, event.item)),
            _ => {}
        }
    }
    // What ends in the cart was read for longer: the middle of a heavy-tailed time.
    let dwell = |carted: bool| {
        let views = log.events.iter().filter(|event| event.dwell > 0);
        let mut times: Vec<u32> = views
            .filter(|event| bought.contains(&(event.session, event.item)) == carted)
            .map(|event| event.dwell)
            .collect();
        times.sort_unstable();
        times[times.len() / 2]
    };
    assert!(f64::from(dwell(true)) > 1.2 * f64::from(dwell(false)), "{} {}", dwell(true), dwell(false));
    let untold =
        mean(log.events.iter().filter(|event| event.kind == Kind::View).map(|event| f64::from(event.dwell == 0)));
    // One in ten, and what machines read.
    assert!((0.1..0.2).contains(&untold), "{untold}");

    // What was shown twice and passed over the first time is turned to less often than what is shown for the first time.
    let mut shown: HashMap<(u32, u32), usize> = HashMap::new();
    let mut turned = [Vec::new(), Vec::new()];
    for pair in log.events.windows(2).filter(|pair| pair[0].kind == Kind::Impression) {
        let [event, next] = [pair[0], pair[1]];
        let is_click = next.kind == Kind::View && (next.session, next.item) == (event.session, event.item);
        let times = shown.entry((event.session, event.item)).or_default();
        turned[(*times).min(1)].push(f64::from(is_click));
        *times += 1;
    }
    let [first, again] = turned.map(|turned| mean(turned.into_iter()));
    assert!(again < 0.8 * first && first > 0.05, "{first} {again}");

    let count = |kind| log.events.iter().filter(|event| event.kind == kind).count();
    let (shown, turns) = (count(Kind::Impression) as f64, turns(&log).count() as f64);
    assert!((2.0..10.0).contains(&(shown / turns)), "{} impressions an event", shown / turns);
    assert!((500..10_000).contains(&count(Kind::Search)), "{}", count(Kind::Search));
    assert!((30..400).contains(&count(Kind::Dislike)) && count(Kind::Return) > 5);
    // Nobody turns to what they said no to.
    let mut no = HashSet::new();
    let mut heeded = 0;
    for event in &log.events {
        match event.kind {
            Kind::Dislike => _ = no.insert((event.session, event.item)),
            Kind::View => heeded += usize::from(no.contains(&(event.session, event.item))),
            _ => {}
        }
    }
    assert!(heeded * 20 < no.len(), "{heeded} of {}", no.len());
}

#[test]
fn progress_ends_at_the_end() {
    let mut told = Vec::new();
    Shop::make(&options(1), |done| told.push(done)).unwrap();
    assert!(told.is_sorted());
    assert_eq!(told.last(), Some(&600));
}

#[test]
fn wrong_counts_are_told_by_code() {
    for (products, sessions) in [(0, 10), (40, 10), (100_000, 10), (300, 0), (300, 3_000_000)] {
        let error = Shop::make(&ShopOptions { seed: 1, products, sessions }, |_| {}).err().unwrap();
        assert_eq!(error.code(), "demo.count");
        assert!(!error.to_string().contains('\n'));
    }
}

#[test]
fn the_smallest_shop_works() {
    let shop = Shop::make(&ShopOptions { seed: 2, products: 41, sessions: 1 }, |_| {}).unwrap();
    assert_eq!((shop.products(), shop.categories()), (41, 41));
    assert!(shop.events() >= 1);
}
