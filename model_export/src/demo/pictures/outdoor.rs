//! Drawings for the outdoors: tents, sleeping bags, lanterns, bottles, backpacks, bags.

use super::sketch::Sketch;
use super::{BRASS, CREAM, GLOW, INK, LEAF_DARK, Look, STEEL, STEEL_DARK, WATER, WHITE, WOOD};

/// Dome tent, ridge tent, tunnel tent, in a meadow.
pub fn tent(s: &mut Sketch, look: &Look) {
    let p = &look.paint;
    s.ground(50, 44);
    s.line(LEAF_DARK, 1.6, "M8 82q1-4 0-7M11 82q1-3 3-5M90 82q-1-4 0-7M87 82q-1-3-3-5");
    match look.shape {
        0 => {
            s.fill(p.base, "M12 82q4-50 38-50t38 50z");
            s.shade("M58 33q27 5 30 49H66q8-26-8-49z");
            s.fill(p.accent, "M30 82q2-34 20-42 18 8 20 42z");
            s.fill(p.deep, "M38 82q1-24 12-32 11 8 12 32z");
            s.line(p.light, 1.4, "M50 32Q22 40 20 82M50 32q28 8 30 50");
        }
        1 => {
            s.line(STEEL_DARK, 1.2, "M50 26 6 80M50 26l44 54");
            s.fill(p.base, "M50 26 88 82H12z");
            s.shade("M50 26 88 82H64z");
            s.fill(p.deep, "M50 34 66 82H34z");
            s.fill(p.accent, "M50 34 34 82h8zM50 34l16 48h-8z");
            s.line(WOOD, 2, "M50 20v14");
        }
        _ => {
            s.fill(p.dark, "M38 44q30-12 46 10l6 28H60z");
            s.fill(p.base, "M10 82q0-46 30-46t32 46z");
            s.line(p.accent, 2.4, "M60 38q20 6 20 44M49 38q22 6 22 44");
            s.fill(p.deep, "M22 82q0-32 18-32t19 32z");
            s.fill(p.accent, "M22 82q0-32 18-32-11 12-11 32z");
        }
    }
    match look.trim {
        1 => s.fill(p.accent, "M50 16h9l-3 3 3 3h-9z").line(INK, 1.2, "M50 16v18"),
        2 => s.veil(GLOW, 6, "M46 82q-2-12 4-20 6 8 4 20z"),
        _ => s,
    };
}

/// Mummy bag laid out, rolled bag.
pub fn sleeping_bag(s: &mut Sketch, look: &Look) {
    let p = &look.paint;
    if look.shape == 0 {
        s.shade("M36 26q0-14 17-14t18 14l2 20q0 30-9 40-12 6-22 0-9-12-8-40z");
        s.fill(p.base, "M33 24q0-14 17-14t17 14l3 20q0 30-9 40-11 6-22 0-9-10-9-40z");
        s.fill(p.accent, "M37 26q0-11 13-11t13 11q0 9-13 9t-13-9z");
        s.fill(CREAM, "M41 27q9-6 18 0-1 6-9 6t-9-6z");
        s.seam("M31 44q19 6 38 0M31 54q19 6 38 0M32 64q18 6 36 0M35 75q15 5 30 0");
        s.line(p.light, 1.4, "M64 36q3 24-3 44");
        s.shade("M64 16q3 4 3 8l3 20q0 30-9 40l-6 2q14-36 9-70z");
    } else {
        s.ground(50, 35);
        s.slab(p.base, (15, 44), (70, 38), 17);
        s.disc(p.dark, 69, 63, 17.5);
        s.line(p.accent, 2.2, "M69 63m-12 0a12 12 0 1 1 12 12 8 8 0 1 1 6-13");
        s.line(INK, 3, "M28 45q-5 18 0 36M44 44q-5 19 0 38");
        s.slab(BRASS, (39, 58), (6, 6), 1);
        s.slab(BRASS, (23, 58), (6, 6), 1);
        s.shine("M22 52h26v3H21z");
    }
    if look.trim == 1 {
        s.line(p.accent, 2, if look.shape == 0 { "M32 50q18 6 37 0" } else { "M34 45q-5 18 0 36" });
    }
}

/// Camp lantern, storm lantern.
pub fn lantern(s: &mut Sketch, look: &Look) {
    let p = &look.paint;
    s.ground(50, 21);
    if look.shape == 0 {
        s.line(STEEL_DARK, 2, "M32 34C30 6 70 6 68 34");
        s.veil(GLOW, 5, "M50 30a26 26 0 1 1-.1 0z");
        s.fill(CREAM, "M35 38h30v26H35z");
        s.veil(GLOW, 9, "M41 38h18v26H41z");
        s.line(STEEL_DARK, 1.6, "M36 38v26M64 38v26");
        s.fill(p.base, "M33 30q17-12 34 0l2 8H31zM31 63h38v14q0 5-5 5H36q-5 0-5-5z");
        s.shade("M58 25l9 5 2 8h-9zM59 63h10v14q0 5-5 5h-5z");
        s.disc(p.accent, 50, 72, 4);
    } else {
        s.line(STEEL_DARK, 2, "M36 28Q50-4 64 28");
        s.line(p.dark, 3.4, "M35 70q-10-22 1-44M65 70q10-22-1-44");
        s.veil(WATER, 8, "M40 34h20q10 15 0 30H40q-10-15 0-30z");
        s.fill(super::FLAME, "M50 42q8 10 0 17-8-7 0-17z");
        s.fill(p.base, "M40 20h20l4 14H36zM34 64h32l4 14q0 4-4 4H34q-4 0-4-4z");
        s.shade("M53 20h7l4 14h-9zM57 64h9l4 14q0 4-4 4H56z");
        s.shine("M43 38h3q-5 12 0 22-8-10-3-22z");
    }
    match look.trim {
        1 => s.line(BRASS, 2.4, if look.shape == 0 { "M33 66h34" } else { "M35 67h30" }),
        2 => s.line(p.accent, 2.4, if look.shape == 0 { "M33 79h34" } else { "M33 78h34" }),
        _ => s,
    };
}

/// Slim bottle, flask with a cup, tumbler with a straw.
pub fn bottle(s: &mut Sketch, look: &Look) {
    let p = &look.paint;
    let cap = [INK, WOOD, STEEL, p.accent][usize::from(look.trim) % 4];
    match look.shape {
        0 => {
            s.ground(50, 16);
            s.line(cap, 3.4, "M45 14q5-9 10 0");
            s.slab(cap, (42, 13), (16, 11), 2.5);
            s.fill(p.base, "M43 24h14v4q8 5 8 14v34q0 6-6 6H41q-6 0-6-6V42q0-9 8-14z");
            s.shade("M53 24h4v4q8 5 8 14v34q0 6-6 6h-7q5-30 1-58z");
            s.shine("M40 42h4v34h-4z");
        }
        1 => {
            s.ground(50, 18);
            s.line(cap, 4, "M64 42h6q5 0 5 5v14q0 5-5 5h-6");
            s.fill(STEEL, "M37 14h26l2 16H35z");
            s.slab(p.base, (33, 30), (34, 52), 7);
            s.slab(cap, (33, 30), (34, 5), 1);
            s.shade("M58 30h9v45q0 7-7 7h-6q5-26 4-52zM56 14h7l2 16h-8z");
            s.shine("M39 39h4v36h-4z");
        }
        _ => {
            s.ground(50, 17);
            s.line(cap, 3, "M54 28 58 6");
            s.fill(p.base, "M31 32h38l-5 46q-1 4-5 4H41q-4 0-5-4z");
            s.shade("M60 32h9l-5 46q-1 4-5 4h-6q6-24 7-50z");
            s.shine("M37 38h4l3 38h-4z");
            s.slab(cap, (29, 26), (42, 7), 3);
        }
    }
    match look.trim {
        1 => {
            s.slab(p.accent, (if look.shape == 2 { 34 } else { 35 }, 56), (if look.shape == 2 { 32 } else { 30 }, 6), 0)
        }
        2 => s.disc(CREAM, 50, 58, 5),
        3 => s.line(CREAM, 1.6, "M43 62l5-9 4 5 2-3 4 7z"),
        _ => s,
    };
}

/// Daypack, roll-top, trekking pack.
pub fn backpack(s: &mut Sketch, look: &Look) {
    let p = &look.paint;
    let strap = if look.trim == 1 { WOOD } else { INK };
    match look.shape {
        0 => {
            s.ground(50, 27);
            s.line(strap, 3.6, "M42 18q8-12 16 0");
            s.line(p.deep, 5, "M28 38q-9 14-2 34M72 38q9 14 2 34");
            s.fill(p.base, "M27 40q0-26 23-26t23 26v36q0 6-6 6H33q-6 0-6-6z");
            s.line(p.deep, 1.4, "M31 40q0-20 19-20t19 20");
            s.slab(p.accent, (33, 52), (34, 25), 6);
            s.line(CREAM, 1.6, "M37 59h26");
            s.shade("M62 18q11 5 11 22v36q0 6-6 6h-8q8-32 3-64z");
        }
        1 => {
            s.ground(50, 27);
            s.line(p.deep, 5, "M29 42q-9 14-2 34M71 42q9 14 2 34");
            s.fill(p.base, "M29 28h42l3 48q0 6-6 6H32q-6 0-6-6z");
            s.slab(p.dark, (30, 16), (40, 13), 5);
            s.line(strap, 3, "M38 20v34M62 20v34");
            s.slab(BRASS, (35.5, 44), (5, 6), 1);
            s.slab(BRASS, (59.5, 44), (5, 6), 1);
            s.slab(p.accent, (34, 58), (32, 18), 4);
            s.shade("M63 16h3q4 0 4 5l1 7 3 48q0 6-6 6h-8q8-32 3-66z");
        }
        _ => {
            s.ground(50, 28);
            s.slab(p.accent, (29, 12), (42, 14), 7);
            s.line(INK, 2, "M38 12v14M62 12v14");
            s.slab(p.dark, (21, 50), (11, 26), 5);
            s.slab(p.dark, (68, 50), (11, 26), 5);
            s.slab(p.base, (28, 26), (44, 56), 9);
            s.fill(p.accent, "M27 30q23-10 46 0v14q-23 7-46 0z");
            s.line(strap, 2.6, "M38 36v22M62 36v22M30 66h40");
            s.shade("M63 28q9 2 9 8v38q0 8-9 8h-5q9-26 5-54z");
        }
    }
    if look.trim == 2 {
        s.disc(CREAM, 50, 46, 4.5).line(p.deep, 1.4, "M47 47l3-3 3 3");
    } else {
        s.veil(WHITE, 2, "M33 40q1-8 5-12v22h-5z");
    }
}

/// Duffel, weekender, tote.
pub fn bag(s: &mut Sketch, look: &Look) {
    let p = &look.paint;
    let strap = [INK, WOOD, p.accent][usize::from(look.trim) % 3];
    match look.shape {
        0 => {
            s.ground(50, 40);
            s.line(strap, 3.6, "M34 58q2-34 16-34t16 34");
            s.slab(p.base, (11, 44), (78, 38), 14);
            s.slab(p.dark, (11, 50), (13, 26), 5);
            s.slab(p.dark, (76, 50), (13, 26), 5);
            s.line(strap, 3.6, "M34 46v36M66 46v36");
            s.line(CREAM, 1.4, "M40 49h20");
            s.shade("M72 44h3q14 0 14 14v10q0 14-14 14h-9q10-18 6-38z");
        }
        1 => {
            s.ground(50, 34);
            s.line(strap, 3.6, "M36 46q2-26 14-26t14 26");
            s.fill(p.base, "M18 44q32-8 64 0l4 32q0 6-6 6H20q-6 0-6-6z");
            s.fill(p.accent, "M15 66h70l1 10q0 6-6 6H20q-6 0-6-6z");
            s.line(strap, 3, "M36 44v14M64 44v14");
            s.slab(BRASS, (33.5, 55), (5, 5), 1);
            s.slab(BRASS, (61.5, 55), (5, 5), 1);
            s.shade("M70 42l12 2 4 32q0 6-6 6H68q7-20 2-40z");
        }
        _ => {
            s.ground(50, 27);
            s.line(strap, 3.4, "M38 42q0-30 12-30t12 30");
            s.fill(p.base, "M25 38h50l3 40q0 4-4 4H26q-4 0-4-4z");
            match look.trim {
                0 => s.disc(p.accent, 50, 60, 11),
                1 => s.fill(p.accent, "M23 66h54l1 12q0 4-4 4H26q-4 0-4-4z"),
                _ => s.line(p.accent, 3, "M30 40l-2 41M40 39v42M60 39v42M70 40l2 41"),
            };
            s.shade("M65 38h10l3 40q0 4-4 4H62q6-22 3-44z");
        }
    }
}
