//! Drawings of things woven and hung: rugs, cushions, throws, clocks, mirrors.

use super::sketch::Sketch;
use super::{BRASS, CREAM, INK, Look, STEEL_DARK, WHITE, WOOD};

/// The part of a rug between two heights: the rug narrows towards its far edge.
fn band(far: (i32, i32), near: (i32, i32), from: i32, to: i32) -> String {
    // `far` and `near` are (height, half width).
    let half = |y: i32| far.1 + (near.1 - far.1) * (y - far.0) / (near.0 - far.0);
    let (top, foot) = (half(from), half(to));
    format!("M{} {from}h{}L{} {to}H{}z", 50 - top, 2 * top, 50 + foot, 50 - foot)
}

/// Two zigzag lines below a height; a runner has room for short ones only.
fn zigzag(wide: bool, y: i32) -> String {
    let (x, run) = if wide { (29, "l7-5 7 5 7-5 7 5 7-5 7 5") } else { (38, "l6-5 6 5 6-5 6 5") };
    format!("M{x} {}{run}M{x} {}{run}", y + 8, y + 15)
}

/// Rug, round rug, runner.
pub fn rug(s: &mut Sketch, look: &Look) {
    let p = &look.paint;
    if look.shape == 1 {
        s.shade("M8 56a42 27 0 0 0 84 0z");
        s.oval(p.dark, (50, 54), 42, 27);
        s.oval(p.base, (50, 52.5), 42, 27);
        match look.trim {
            0 => s.oval(p.accent, (50, 52.5), 34, 21.5).oval(p.base, (50, 52.5), 31, 19.5),
            1 => s.oval(p.light, (50, 52.5), 33, 21).oval(p.accent, (50, 52.5), 23, 14.5).oval(p.base, (50, 52.5), 12, 7.5),
            2 => s.fill(p.accent, "M50 25.5a42 27 0 0 0 0 54z"),
            _ => s.line(p.dark, 1.3, "M20 52.5a30 19 0 1 0 60 0 30 19 0 1 0-60 0M32 52.5a18 11 0 1 0 36 0 18 11 0 1 0-36 0M43 52.5a7 4 0 1 0 14 0 7 4 0 1 0-14 0"),
        };
        return;
    }
    let (far, near) = if look.shape == 0 { ((28, 27), (78, 40)) } else { ((16, 13), (86, 24)) };
    let part = |from, to| band(far, near, from, to);
    let fringe = if look.shape == 0 {
        (
            "M24 27v-3M31 27v-3M38 27v-3M45 27v-3M52 27v-3M59 27v-3M66 27v-3M73 27v-3",
            "M12 79v4M21 79v4M30 79v4M39 79v4M48 79v4M57 79v4M66 79v4M75 79v4M84 79v4",
        )
    } else {
        ("M39 15v-3M45 15v-3M51 15v-3M57 15v-3M62 15v-3", "M28 87v4M36 87v4M44 87v4M52 87v4M60 87v4M68 87v4M73 87v4")
    };
    s.line(p.light, 1.6, fringe.0);
    s.line(p.light, 1.6, fringe.1);
    s.fill(p.base, part(far.0, near.0));
    let (low, high) = (far.0, near.0);
    let third = (high - low) / 3;
    match look.trim {
        0 => s.fill(p.accent, part(low + 4, high - 6)).fill(p.base, part(low + 7, high - 10)),
        1 => s
            .fill(p.accent, part(low + 5, low + 9))
            .fill(p.light, part(low + third, low + third + 7))
            .fill(p.dark, part(low + 2 * third, low + 2 * third + 5))
            .fill(p.accent, part(high - 8, high - 3)),
        2 => {
            let (r, mid) = (if look.shape == 0 { 24 } else { 11 }, (low + high) / 2 + 1);
            s.fill(p.accent, format_args!("M50 {}l{r} {third}-{r} {third}-{r}-{third}z", mid - third))
                .fill(p.light, format_args!("M50 {0}l{1} {2}-{1} {2}-{1}-{2}z", mid - third / 2, r / 2, third / 2))
        }
        _ => s.fill(p.light, part(low + third, high - third / 2)).line(
            p.accent,
            1.6,
            zigzag(look.shape == 0, low + third),
        ),
    };
    if look.shape == 0 {
        s.shade("M64 28h13l13 50H72z");
    } else {
        s.shade("M55 16h8l11 70H60z");
    }
}

/// Square cushion, oblong cushion, round cushion.
pub fn cushion(s: &mut Sketch, look: &Look) {
    let p = &look.paint;
    match look.shape {
        0 => {
            let outline = "M23 26q27 6 54 0-5 27 0 54-27-5-54 0 5-27 0-54z";
            s.ground(50, 30);
            s.fill(p.base, outline);
            match look.trim {
                0 => s.line(p.accent, 2, outline),
                1 => {
                    s.line(p.accent, 3.4, "M34 28.5q2 24 0 49M45 29q1 24 0 47.5M55 29q-1 24 0 47.5M66 28.5q-2 24 0 49")
                }
                2 => s.line(p.accent, 2, "M37 29v48M50 29v48M63 29v48M26 40h48M25.5 53h49M26 66h48"),
                3 => s.fill(p.accent, "M50 36l17 17-17 17-17-17z").fill(p.light, "M50 45l8 8-8 8-8-8z"),
                _ => s.line(p.accent, 3, "M30 62q10-24 20 0t20 0M30 47q10-24 20 0t20 0"),
            };
            s.shade("M63 27.5l14-1.5q-5 27 0 54l-17-3q9-25 3-49.5z");
        }
        1 => {
            s.ground(50, 38);
            s.fill(p.base, "M13 42q37 5 74 0-4 20 0 39-37-4-74 0 4-19 0-39z");
            match look.trim {
                0 => s.line(p.accent, 1.8, "M15 44q3 18 0 35M85 44q-3 18 0 35"),
                1 => {
                    s.line(p.accent, 3.4, "M28 44.5q2 17 0 34M40 45q1 17 0 33.5M60 45q-1 17 0 33.5M72 44.5q-2 17 0 34")
                }
                2 => s.line(p.accent, 2, "M30 45v34M50 45v34M70 45v34M16 55h68M16 67h68"),
                3 => s.fill(p.accent, "M50 47l15 15-15 15-15-15z"),
                _ => s.fill(p.accent, "M36 45q14 1 28 0v34q-14-1-28 0z"),
            };
            s.shade("M72 43.5l15-1.5q-4 20 0 39l-18-2q8-18 3-35.5z");
        }
        _ => {
            s.ground(50, 29);
            s.disc(p.base, 50, 53, 29);
            match look.trim {
                0 | 3 => s.seam("M50 53 50 25M50 53 74 40M50 53l24 14M50 53v28M50 53 26 67M50 53 26 40"),
                1 => s.line(p.accent, 3.4, "M36 29q3 24 0 48M50 25v56M64 29q-3 24 0 48"),
                _ => s.disc(p.accent, 50, 53, 19).disc(p.light, 50, 53, 10),
            };
            s.disc(p.accent_dark, 50, 53, 2.6);
            s.shade("M62 27a29 29 0 0 1 0 53q15-27 0-53z");
        }
    };
}

/// Folded throw, hanging blanket, rolled blankets.
pub fn throw(s: &mut Sketch, look: &Look) {
    let p = &look.paint;
    match look.shape {
        0 => {
            s.ground(50, 36);
            s.line(p.light, 1.6, "M22 80v5M29 80v5M36 80v5M43 80v5M50 80v5M57 80v5M64 80v5M71 80v5M78 80v5");
            s.slab(p.dark, (17, 66), (66, 15), 6);
            s.slab(p.base, (16, 52), (68, 16), 7);
            s.slab(p.light, (17, 39), (66, 15), 7);
            match look.trim {
                0 => s.fill(p.accent, "M60 39h7v15h-7zM60 54h7v14h-7zM60 68h7v13h-7z"),
                1 => s.line(p.accent, 2, "M26 40v40M34 40v40M66 40v40M74 40v40"),
                2 => s.line(p.accent, 2.2, "M20 46h60M19 60h62M20 73h60"),
                _ => s.seam("M24 44h52M24 48h52M23 58h54M23 62h54M24 71h52M24 75h52"),
            };
            s.shade("M72 39h4q7 0 7 8v4l1 9v14q0 7-7 7h-9q8-20 4-42z");
        }
        1 => {
            s.line(WOOD, 3.5, "M14 22h72");
            s.line(p.light, 1.8, "M29 82v5M36 82v5M43 82v5M50 82v5M57 82v5M64 82v5M71 82v5");
            s.fill(p.dark, "M30 20h42v52H30z");
            s.fill(p.base, "M27 19q0-2 2-2h42q2 0 2 2v63H27z");
            match look.trim {
                0 => s.fill(p.accent, "M27 58h46v5H27zM27 66h46v9H27z"),
                1 => s.line(p.accent, 2.4, "M36 17v65M50 17v65M64 17v65M27 34h46M27 50h46M27 66h46"),
                2 => s.fill(p.accent, "M27 26h46v4H27zM27 36h46v2H27zM27 66h46v4H27zM27 74h46v2H27z"),
                _ => s.fill(p.accent, "M50 34l13 15-13 15-13-15z").fill(p.light, "M50 42l6 7-6 7-6-7z"),
            };
            s.shade("M63 17h8q2 0 2 2v63H61q6-30 2-65z");
        }
        _ => {
            s.ground(50, 34);
            s.slab(p.accent, (22, 34), (54, 22), 11);
            s.disc(p.accent_dark, 66, 45, 11);
            s.slab(p.base, (16, 56), (64, 26), 13);
            s.disc(p.dark, 68, 69, 13);
            s.line(p.light, 1.6, "M68 69m-9 0a9 9 0 1 1 9 9 6 6 0 1 1 4-10M66 45m-7 0a7 7 0 1 1 7 7");
            match look.trim {
                0 => s.line(WOOD, 3, "M32 56v26M46 56v26"),
                1 => s.line(p.light, 2, "M24 58v22M30 56v26M42 56v26M48 56v26"),
                _ => s.seam("M22 64h32M20 70h34M22 76h32"),
            };
        }
    };
}

/// Wall clock, mantel clock, alarm clock.
pub fn clock(s: &mut Sketch, look: &Look) {
    let p = &look.paint;
    let face = if look.trim == 1 { p.light } else { CREAM };
    let hands = ["M50 52V35M50 52l11 6", "M50 52 40 42M50 52V34", "M50 52h12M50 52l-7-15"][usize::from(look.trim) % 3];
    match look.shape {
        0 => {
            s.shade("M50 20a34 34 0 1 1-.1 0z");
            s.disc(p.base, 50, 51, 34);
            s.disc(face, 50, 51, 28);
            s.line(INK, 2, "M50 27v4M50 72v4M26 52h4M70 52h4");
            s.line(INK, 1.2, "M62 31l-2 3M71 40l-3 2M71 64l-3-2M62 73l-2-3M38 31l2 3M29 40l3 2M29 64l3-2M38 73l2-3");
        }
        1 => {
            s.ground(50, 28);
            s.fill(p.base, "M24 82V50q0-26 26-26t26 26v32z");
            s.shade("M62 27q14 6 14 23v32H64q6-30-2-55z");
            s.disc(face, 50, 52, 19);
            s.line(INK, 1.8, "M50 36v2M50 66v2M34 52h2M64 52h2");
        }
        _ => {
            s.ground(50, 24);
            s.line(INK, 3.6, "M36 76l-5 6M64 76l5 6");
            s.fill(p.dark, "M22 36q-2-15 16-15zM78 36q2-15-16-15z");
            s.line(INK, 3, "M50 22v-4M45 18h10");
            s.disc(p.base, 50, 52, 29);
            s.disc(face, 50, 52, 23);
            s.line(INK, 1.8, "M50 33v3M50 68v3M31 52h3M66 52h3");
        }
    }
    let small = look.shape == 1;
    s.line(INK, if small { 2.2 } else { 2.8 }, if small { "M50 52V42M50 52l7 3" } else { hands });
    s.disc(p.accent, 50, 52, 2.6);
}

/// Round, arched and oval mirrors.
pub fn mirror(s: &mut Sketch, look: &Look) {
    let p = &look.paint;
    let glass = super::MIRROR;
    match look.shape {
        0 => {
            s.shade("M50 19a33 33 0 1 1-.1 0z");
            s.disc(p.base, 50, 50, 33);
            s.disc(p.deep, 50, 50, 29);
            s.disc(glass, 50, 50, 28);
            s.veil(WHITE, 5, "M28 59 58 24l8 4-34 40zM38 73 73 37l2 5-33 34z");
            if look.trim == 1 {
                s.line(p.dark, 3, "M40 18q10-20 20 0");
            }
        }
        1 => {
            s.shade("M29 90V42q0-26 24-26t24 26v48z");
            s.fill(p.base, "M26 88V40q0-27 24-27t24 27v48z");
            s.fill(glass, "M30 84V41q0-24 20-24t20 24v43z");
            s.veil(WHITE, 5, "M30 60 62 22l5 7-37 46zM36 84l34-43v8L44 84z");
            if look.trim == 1 {
                s.line(p.base, 2.4, "M30 50h40M50 17v67");
            }
        }
        _ => {
            s.shade("M53 14a25 36 0 1 1-.1 0z");
            s.oval(p.base, (50, 50), 27, 38);
            s.oval(p.deep, (50, 50), 23, 34);
            s.oval(glass, (50, 50), 22, 33);
            s.veil(WHITE, 5, "M31 60 59 22l7 8-31 41zM42 78 71 40v9L47 82z");
        }
    }
    match look.trim {
        0 => s.seam("M22 94h56"),
        2 => s.slab(BRASS, (46, 8), (8, 5), 2),
        _ => s.slab(STEEL_DARK, (47, 9), (6, 4), 2),
    };
}
