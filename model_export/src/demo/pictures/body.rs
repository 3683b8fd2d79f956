//! Drawings of shoes and of what one wears or holds: watches, sunglasses, umbrellas.

use super::sketch::Sketch;
use super::{BRASS, CREAM, INK, Look, STEEL, STEEL_DARK, WHITE, WOOD};

/// Sneaker, runner, high-top.
pub fn sneaker(s: &mut Sketch, look: &Look) {
    let p = &look.paint;
    s.ground(50, 42);
    match look.shape {
        0 => {
            s.fill(p.base, "M12 50q2-5 8-4 6 6 16-2 6-4 10 2l14 14q8 5 18 7 10 2 10 9H11q-3-12 1-26z");
            s.fill(p.light, "M66 66q12 2 16 4 6 2 6 6H62q-2-7 4-10z");
            s.fill(p.dark, "M12 50q2-5 8-4 4 4 9 3 0 14-5 27H11q-3-12 1-26z");
            s.line(CREAM, 2, "M42 50l6-4M46 55l6-4M51 60l6-4M56 64l5-4");
            s.fill(CREAM, "M9 73h81q2 9-6 9H15q-7 0-6-9z");
        }
        1 => {
            s.fill(p.base, "M12 44q4-6 9-1 6 5 14-1 7-4 11 2l16 15q8 6 18 8 10 3 9 9H12q-4-14 0-32z");
            s.fill(p.accent, "M24 72q10-20 22-20l8 8q-12 2-18 14z");
            s.line(p.light, 2, "M43 48l7-3M48 53l7-3M53 58l6-3");
            s.fill(WHITE, "M7 70q22 6 44 3t40 0q3 9-6 9H17q-9 0-10-12z");
            s.fill(p.dark, "M9 78h81q-1 4-6 4H17q-5 0-8-4z");
        }
        _ => {
            s.fill(p.base, "M22 20h26l2 24 14 16q6 4 14 6 10 2 10 10H18q-2-28 4-56z");
            s.disc(CREAM, 33, 42, 7);
            s.disc(p.accent, 33, 42, 5);
            s.line(CREAM, 2, "M42 28h8M42 34h8M43 40h8M46 46h8M51 52h7M56 58h6");
            s.fill(CREAM, "M66 65q22 2 22 12H62q-2-9 4-12z");
            s.fill(CREAM, "M15 73h74q2 9-5 9H20q-6 0-5-9z");
            s.line(p.accent, 1.6, "M17 77h71");
        }
    }
    match look.trim {
        1 => s.line(p.accent, 3, "M30 70l8-14M38 71l7-12"),
        2 => s.fill(p.accent, "M24 66q16 4 30-6-10 14-30 12z"),
        _ => s.seam("M28 70q14-2 22-12"),
    };
}

/// Chelsea boot, hiking boot, tall boot.
pub fn boot(s: &mut Sketch, look: &Look) {
    let p = &look.paint;
    s.ground(50, 36);
    match look.shape {
        0 => {
            s.fill(p.base, "M28 18h28v34q0 6 10 9l12 4q9 3 9 11H25q-1-28 3-58z");
            s.fill(p.deep, "M37 26h12v22q-6 6-12 0z");
            s.shade("M25 66q30 6 62 2v8H25z");
            s.line(p.accent, 3, "M30 18v-5");
            s.fill(INK, "M22 74h65q2 8-3 8H54l-2-2-2 2H26q-5 0-4-8z");
        }
        1 => {
            s.slab(p.accent, (26, 16), (32, 11), 5);
            s.fill(p.base, "M26 24h31l2 26q2 7 10 9 16 3 18 17H23q-2-26 3-52z");
            s.fill(p.dark, "M66 58q19 3 21 18H64q-3-10 2-18zM24 58h14l2 18H23z");
            s.line(p.accent, 2.2, "M46 32h12M46 39h12M47 46h12M51 52h10");
            s.fill(INK, "M20 74h69v8h-7l-2-3-3 3h-8l-2-3-3 3h-8l-2-3-3 3h-8l-2-3-3 3H20z");
        }
        _ => {
            s.fill(p.base, "M27 10h28v44q1 5 10 8 20 3 22 14H25q4-34 2-66z");
            s.slab(p.accent, (25.5, 9), (31, 8), 3);
            s.shine("M33 22h4v36h-5z");
            s.shade("M47 17h8v37q1 5 10 8 20 3 22 14H60q-18-22-13-59z");
            s.fill(p.dark, "M22 74h66q1 8-4 8H26q-5 0-4-8z");
        }
    }
    match look.trim {
        1 => s.line(p.accent, 2, "M26 70q30 5 60 1"),
        2 => s.slab(BRASS, (if look.shape == 1 { 28 } else { 29 }, 40), (6, 5), 1),
        _ => s,
    };
}

/// Round watch, square watch, field watch.
pub fn watch(s: &mut Sketch, look: &Look) {
    let p = &look.paint;
    let case = [STEEL, BRASS, INK][usize::from(look.trim) % 3];
    let face = if look.trim == 2 { p.light } else { CREAM };
    s.shade("M40 12h26v80H40z");
    s.fill(p.base, "M39 8h22l2 26H37zM37 66h26l-2 26H39z");
    s.shade("M54 8h7l2 26h-7zM56 66h7l-2 26h-7z");
    s.line(p.deep, 1.4, "M50 76h0M50 81h0M50 86h0M42 12v18M58 12v18");
    s.slab(STEEL_DARK, (71, 47), (6, 6), 2);
    if look.shape == 1 {
        s.slab(case, (28, 27), (44, 46), 9);
        s.slab(face, (32, 31), (36, 38), 6);
    } else {
        s.disc(case, 50, 50, 24);
        s.disc(if look.shape == 2 { p.deep } else { face }, 50, 50, 19.5);
    }
    let ink = if look.shape == 2 { CREAM } else { INK };
    s.line(ink, 1.8, "M50 33.5v3M50 63.5v3M33.5 50h3M63.5 50h3");
    s.line(ink, 2.4, "M50 50V39M50 50l8 5");
    s.line(p.accent, 1.2, "M50 50l-9 8");
    s.disc(ink, 50, 50, 2);
}

/// Round, square and pilot sunglasses.
pub fn sunglasses(s: &mut Sketch, look: &Look) {
    let p = &look.paint;
    let lens = [p.deep, INK, p.accent_dark][usize::from(look.trim) % 3];
    s.shade("M12 62q18 18 34 0h10q16 18 34 0v4q-16 18-34 4H46q-18 14-34-4z");
    s.line(p.dark, 3, "M11 46q2-16 15-19M89 46Q87 30 74 27");
    let (left, right, bridge) = match look.shape {
        0 => ("M28 36a17 17 0 1 1-.1 0z", "M72 36a17 17 0 1 1-.1 0z", "M45 49q5-5 10 0"),
        1 => (
            "M12 41q17-5 33 0 1 11-3 20-4 6-14 6-13-1-15-11z",
            "M88 41q-17-5-33 0-1 11 3 20 4 6 14 6 13-1 15-11z",
            "M44 44q6-4 12 0",
        ),
        _ => (
            "M12 42q17-6 33 1 1 14-9 24-19 4-23-11z",
            "M88 42q-17-6-33 1-1 14 9 24 19 4 23-11z",
            "M42 40h16M45 46q5-3 10 0",
        ),
    };
    s.line(p.base, if look.shape == 2 { 2.6 } else { 5.0 }, bridge);
    for (outline, light) in [(left, "M20 47l10-8 4 1-13 14z"), (right, "M64 47l10-8 4 1-13 14z")] {
        s.veil(lens, 9, outline);
        s.line(p.base, if look.shape == 2 { 2.6 } else { 5.0 }, outline);
        s.shine(light);
    }
}

/// Open umbrella, folded umbrella.
pub fn umbrella(s: &mut Sketch, look: &Look) {
    let p = &look.paint;
    let grip = [WOOD, INK, BRASS][usize::from(look.trim) % 3];
    if look.shape == 0 {
        s.line(STEEL_DARK, 2, "M50 12v60");
        s.line(grip, 4, "M50 68v10q0 8-7 8t-7-7");
        s.fill(p.base, "M8 54q4-38 42-38t42 38q-7-7-14 0-7-7-14 0-7-7-14 0-7-7-14 0-7-7-14 0-7-7-14 0z");
        match look.trim {
            1 => s.fill(p.accent, "M22 54q2-30 28-38-14 14-14 38-7-7-14 0zM78 54q-2-30-28-38 14 14 14 38 7-7 14 0z"),
            2 => {
                s.line(p.accent, 3, "M14 44h0M26 38h0M38 30h0M52 40h0M64 30h0M74 42h0M84 46h0M44 46h0M60 48h0M30 47h0")
            }
            _ => s.seam("M50 16Q38 30 36 54M50 16q12 14 14 38M50 16Q26 26 22 54M50 16q24 10 28 38"),
        };
        s.shade("M56 16.5Q90 20 92 54q-7-7-14 0-4-26-22-37.5z");
    } else {
        s.shade("M54 20l10 44-4 4-8 2z");
        s.line(STEEL_DARK, 2.4, "M50 8v70");
        s.line(grip, 4.4, "M50 72v8q0 9 8 9t8-8");
        s.fill(p.base, "M49 12q-13 26-10 54l11 6 11-6q3-28-12-54z");
        s.shade("M51 12q13 26 10 54l-8 4q4-30-2-58z");
        s.seam("M48 18q-5 24-3 48");
        s.slab(p.accent, (38, 54), (24, 6), 2);
    }
}
