//! Drawings for the kitchen: mugs, bowls, kettles, teapots, pans, glasses, coffee makers.

use super::sketch::Sketch;
use super::{COFFEE, CREAM, INK, Look, STEEL, STEEL_DARK, WATER, WHITE, WOOD};

/// Mug, tall mug, cup and saucer.
pub fn mug(s: &mut Sketch, look: &Look) {
    let p = &look.paint;
    match look.shape {
        0 => {
            s.ground(49, 27);
            s.line(p.dark, 5, "M66 45c16-2 16 24-2 23");
            s.fill(p.base, "M27 36h40v37q0 9-9 9H36q-9 0-9-9z");
            match look.trim {
                1 => s.line(
                    p.deep,
                    1.8,
                    "M34 46h0M44 53h0M38 63h0M52 45h0M50 68h0M61 58h0M34 73h0M43 76h0M60 71h0M57 51h0",
                ),
                2 => s.fill(p.accent, "M27 50h40v5H27zM27 59h40v3H27z"),
                3 => s.fill(p.accent, "M27 58q10-6 20 0t20 0v15q0 9-9 9H36q-9 0-9-9z"),
                _ => s.shine("M32 46h4v26h-4z"),
            };
            s.shade("M57 36h10v37q0 9-9 9h-8q7-1 7-9z");
            s.oval(p.light, (47, 36), 20, 4.5);
            s.oval(p.deep, (47, 36.6), 17, 3);
        }
        1 => {
            s.ground(48, 23);
            s.line(p.dark, 4.5, "M62 40c17 0 15 26-3 26");
            s.fill(p.base, "M29 26h36l-4 49q-1 7-8 7H41q-7 0-8-7z");
            match look.trim {
                1 => s.line(p.deep, 1.8, "M37 38h0M47 45h0M40 55h0M54 36h0M50 62h0M58 50h0M40 70h0M49 75h0M57 68h0"),
                2 => s.fill(p.accent, "M30 40h34l-.5 6h-33zM31 50h32v3H31z"),
                3 => s.fill(p.accent, "M31 54q8-5 16 0t16 0l-2 21q-1 7-8 7H41q-7 0-8-7z"),
                _ => s.shine("M35 38h4l2 32h-4z"),
            };
            s.shade("M55 26h10l-4 49q-1 7-8 7h-6q5-1 6-7z");
            s.oval(p.light, (47, 26), 18, 4.2);
            s.oval(p.deep, (47, 26.6), 15, 2.8);
        }
        _ => {
            s.ground(50, 36);
            s.oval(p.dark, (50, 79), 34, 5);
            s.oval(p.light, (50, 77.5), 34, 4.6);
            s.line(p.dark, 4.5, "M69 50c16-3 15 16-4 16");
            s.fill(p.base, "M26 44h44q0 34-16 34H42q-16 0-16-34z");
            match look.trim {
                1 => s.line(p.deep, 1.8, "M34 54h0M44 58h0M39 68h0M53 53h0M51 70h0M61 60h0M57 66h0"),
                2 => s.fill(p.accent, "M26.5 52h43l-1 5h-41z"),
                3 => s.fill(p.accent, "M29 61q9-5 19 0t19 0q-4 17-13 17H42q-9 0-13-17z"),
                _ => s.shine("M32 52h4q0 12 5 20-7-5-9-20z"),
            };
            s.shade("M59 44h11q0 34-16 34h-6q11-2 11-34z");
            s.oval(p.light, (48, 44), 22, 4.5);
            s.oval(COFFEE, (48, 44.7), 19, 3);
        }
    }
}

/// Bowl, footed bowl, nest of bowls.
pub fn bowl(s: &mut Sketch, look: &Look) {
    let p = &look.paint;
    if look.shape == 2 {
        s.ground(50, 24);
        s.fill(p.accent, "M26 44h48q-2 20-16 24H42q-14-4-16-24z");
        s.oval(p.accent_dark, (50, 44), 24, 4);
        s.fill(p.light, "M23 52h54q-2 20-18 24H41q-16-4-18-24z");
        s.fill(p.base, "M20 60h60q-3 22-20 22H40q-17 0-20-22z");
        s.shade("M66 60h14q-3 22-20 22h-8q12-4 14-22z");
        return;
    }
    let foot = look.shape == 1;
    s.ground(50, if foot { 18 } else { 24 });
    if foot {
        s.fill(p.dark, "M42 68h16l4 14H38z");
        s.fill(p.base, "M18 42h64q-3 32-24 32H42q-21 0-24-32z");
        s.shade("M66 42h16q-3 32-24 32h-8q14-4 16-32z");
    } else {
        s.fill(p.dark, "M38 76h24v6H38z");
        s.fill(p.base, "M18 46h64q-2 33-24 33H42q-22 0-24-33z");
        s.shade("M66 46h16q-2 33-24 33h-8q14-4 16-33z");
    }
    let top = if foot { 42 } else { 46 };
    match look.trim {
        1 => s.line(p.deep, 1.8, "M28 54h0M38 60h0M34 68h0M48 55h0M46 71h0M57 63h0M66 55h0M60 71h0M71 60h0"),
        2 => s.fill(p.accent, "M20 54h60l-2 5H22z"),
        3 => s.fill(p.accent, "M23 63q13-6 27 0t27 0q-6 15-19 15H42q-13 0-19-15z"),
        _ => s.shine("M25 53h5q2 12 8 18-10-4-13-18z"),
    };
    s.oval(p.light, (50, top), 32, 6);
    s.oval(p.deep, (50, top + 1), 28, 4.2);
}

/// Stove kettle, gooseneck kettle, electric kettle.
pub fn kettle(s: &mut Sketch, look: &Look) {
    let p = &look.paint;
    let grip = if look.trim == 1 { WOOD } else { INK };
    let knob = if look.trim == 2 { p.accent } else { grip };
    match look.shape {
        0 => {
            s.ground(50, 27);
            s.line(grip, 4.5, "M31 48C28 18 72 18 69 48");
            s.fill(p.dark, "M67 60 84 45l4 4-14 22z");
            s.fill(p.base, "M25 77C22 57 34 43 50 43s28 14 25 34q-1 5-6 5H31q-5 0-6-5z");
            s.shade("M61 45q17 9 14 32-1 5-6 5h-9q9-15 1-37z");
            s.shine("M33 58q4-8 10-9-6 8-7 22l-4-1z");
            s.fill(p.dark, "M37 46q13-9 26 0z");
            s.disc(knob, 50, 38.5, 3.4);
        }
        1 => {
            s.ground(48, 27);
            s.line(p.dark, 3.8, "M63 74c17-1 6-27 21-32");
            s.line(grip, 5, "M33 50H21q-5 0-5 5v15");
            s.fill(p.base, "M33 45h28l6 33q0 4-4 4H31q-4 0-4-4z");
            s.shade("M53 45h8l6 33q0 4-4 4h-9q3-16-1-37z");
            s.shine("M37 51h4l-3 25h-4z");
            s.slab(p.dark, (32, 41), (30, 5), 2.5);
            s.line(p.dark, 3, "M47 40v-5");
            s.disc(knob, 47, 34, 3.4);
        }
        _ => {
            s.ground(50, 28);
            s.fill(p.dark, "M62 33l15-3-9 17z");
            s.line(grip, 5.5, "M36 40H24q-5 0-5 5v20q0 4 9 5");
            s.fill(p.base, "M35 32h30l6 44H29z");
            s.shade("M57 32h8l6 44H59q2-24-2-44z");
            s.shine("M40 38h4l-3 32h-5z");
            s.slab(INK, (27, 76), (46, 6), 2.5);
            s.slab(p.dark, (35, 28), (30, 5), 2.5);
            s.slab(knob, (45, 24), (10, 5), 2);
        }
    }
}

/// Round teapot, tall teapot, teapot with a bamboo handle.
pub fn teapot(s: &mut Sketch, look: &Look) {
    let p = &look.paint;
    match look.shape {
        0 => {
            s.ground(49, 25);
            s.line(p.dark, 5, "M30 50c-19-6-20 22 1 20");
            s.fill(p.dark, "M68 70q14-6 14-26l6 1q2 26-18 33z");
            s.oval(p.base, (49, 62), 26, 20);
            s.shade("M58 43a26 20 0 0 1 0 38q9-16 0-38z");
            s.fill(p.dark, "M36 45q13-8 26 0-13 3-26 0z");
            s.disc(p.accent, 49, 38, 3.6);
        }
        1 => {
            s.ground(48, 22);
            s.line(p.dark, 5, "M34 44c-20-4-19 28-3 27");
            s.fill(p.dark, "M62 66 78 40l6 2-17 33z");
            s.fill(p.base, "M35 36h27l6 40q0 6-6 6H36q-6 0-6-6z");
            s.shade("M54 36h8l6 40q0 6-6 6h-8q3-20 0-46z");
            s.slab(p.dark, (33, 32), (31, 5), 2.5);
            s.disc(p.accent, 48.5, 28.5, 3.6);
        }
        _ => {
            s.ground(49, 25);
            s.line(WOOD, 3.5, "M29 56C24 16 74 16 69 56");
            s.fill(p.dark, "M70 68 86 56l3 4-17 17z");
            s.fill(p.base, "M22 68q0-18 27-18t27 18q0 14-14 14H36q-14 0-14-14z");
            s.shade("M60 51q16 3 16 17 0 14-14 14h-8q13-11 6-31z");
            s.fill(p.dark, "M37 51q12-7 24 0z");
            s.disc(p.accent, 49, 45.5, 3.2);
        }
    }
    match look.trim {
        1 => s.line(p.deep, 1.7, "M38 58h0M47 65h0M41 74h0M56 58h0M53 73h0M63 66h0M35 67h0"),
        2 => s.line(p.accent, 3, "M33 62q16 5 32 0"),
        _ => s.shine("M35 58q2-5 7-6-5 6-5 16-3-4-2-10z"),
    };
}

/// Frying pan, casserole, saucepan.
pub fn pan(s: &mut Sketch, look: &Look) {
    let p = &look.paint;
    let grip = [WOOD, INK, STEEL_DARK][usize::from(look.trim) % 3];
    match look.shape {
        0 => {
            s.shade("M16 62a29 27 0 0 0 58-2l16-24-4-6-22 16z");
            s.line(p.dark, 4, "M60 43 74 33");
            s.line(grip, 7, "M73 34 87 24");
            s.disc(p.dark, 43, 57, 28);
            s.disc(p.base, 43, 55.5, 28);
            s.disc(p.deep, 43, 56, 22.5);
            s.veil(WHITE, 1, "M27 62a17 17 0 0 1 20-22q-14 6-20 22z");
        }
        1 => {
            s.ground(50, 33);
            s.line(p.dark, 4.5, "M21 60h-5q-3 0-3 3M79 60h5q3 0 3 3");
            s.fill(p.base, "M20 52h60v20q0 10-10 10H30q-10 0-10-10z");
            s.shade("M66 52h14v20q0 10-10 10H56q10-2 10-10z");
            s.shine("M26 58h4v16h-4z");
            s.fill(p.base, "M21 50q3-13 29-13t29 13z");
            s.shade("M60 38q17 3 19 12H63q2-6-3-12z");
            s.slab(p.dark, (18, 49), (64, 4), 2);
            s.slab(grip, (44, 31), (12, 6), 3);
        }
        _ => {
            s.ground(45, 27);
            s.line(p.dark, 4, "M68 56h8");
            s.line(grip, 6, "M76 56h15");
            s.fill(p.base, "M20 52h50v22q0 8-8 8H28q-8 0-8-8z");
            s.shade("M58 52h12v22q0 8-8 8H50q8-1 8-8z");
            s.shine("M26 58h4v18h-4z");
            s.veil(WATER, 7, "M22 50q2-10 23-10t23 10z");
            s.slab(STEEL, (18, 49), (54, 3.5), 1.7);
            s.disc(grip, 45, 37.5, 3.6);
        }
    }
}

/// Pair of tumblers, wine glass, carafe. The glass itself is tinted.
pub fn glass(s: &mut Sketch, look: &Look) {
    let p = &look.paint;
    match look.shape {
        0 => {
            s.ground(50, 34);
            s.veil(p.base, 4, "M18 44h28l-4 38H22zM54 36h28l-4 46H58z");
            s.veil(p.base, 6, "M20 60h24l-2 22H22zM56 54h24l-2 28H58z");
            s.shade("M38 44h8l-4 38h-6zM74 36h8l-4 46h-6z");
            if look.trim > 0 {
                s.line(p.dark, 1.2, "M25 62l2 18M32 62v18M39 62l-2 18M61 56l2 24M68 56v24M75 56l-2 24");
            }
            s.shine("M22 47h3l3 32h-2zM58 39h3l3 40h-3z");
            s.line(p.dark, 1.2, "M18 44h28M54 36h28");
        }
        1 => {
            s.ground(50, 18);
            s.line(p.dark, 2.5, "M50 56v24");
            s.oval(p.dark, (50, 81), 15, 2.5);
            s.veil(p.base, 5, "M34 20h32q7 37-16 38-23-1-16-38z");
            s.veil([p.base, p.accent, p.base][usize::from(look.trim) % 3], 8, "M33 36h34q0 21-17 22-17-1-17-22z");
            s.shade("M59 20h7q7 37-16 38 13-9 9-38z");
            s.shine("M38 24h4q-3 17 2 27-9-8-6-27z");
        }
        _ => {
            s.ground(50, 23);
            s.veil(p.base, 4, "M42 18h16v16q15 13 15 31 0 17-12 17H39q-12 0-12-17 0-18 15-31z");
            s.veil(p.base, 7, "M29 56h42q2 4 2 9 0 17-12 17H39q-12 0-12-17 0-5 2-9z");
            s.shade("M51 18h7v16q15 13 15 31 0 17-12 17H51q13-4 13-18 0-16-13-30z");
            s.shine("M36 50h4q-4 14 0 26-9-8-4-26z");
            s.slab([WOOD, p.accent, STEEL][usize::from(look.trim) % 3], (44, 11), (12, 10), 3);
        }
    }
}

/// Pour-over, stove pot, press pot.
pub fn coffee_maker(s: &mut Sketch, look: &Look) {
    let p = &look.paint;
    match look.shape {
        0 => {
            s.ground(48, 23);
            s.line(p.dark, 4, "M66 33q13 2 8 11t-13 2");
            s.veil(WATER, 8, "M38 56h20l9 20q0 6-6 6H35q-6 0-6-6z");
            s.fill(COFFEE, "M34 67h28l4 9q0 6-5 6H35q-5 0-5-6z");
            s.shine("M39 59h3l-5 20h-3z");
            s.fill(p.base, "M26 28h44L57 52H39z");
            s.shade("M59 28h11L57 52h-7z");
            s.slab(p.dark, (32, 51), (32, 5), 2);
            s.oval(CREAM, (48, 28), 22, 4);
            s.oval(COFFEE, (48, 28.5), 17, 2.6);
        }
        1 => {
            s.ground(48, 22);
            s.line(INK, 5, "M64 36h9q4 0 3 4l-3 16");
            s.fill(p.base, "M31 34h33l-5 24H36z");
            s.fill(p.base, "M34 62h27l5 20H29z");
            s.slab(p.dark, (33, 57), (29, 5.5), 1.5);
            s.fill(p.dark, "M31 34l-7 2 8 8z");
            s.shade("M55 34h9l-5 24h-7zM53 62h8l5 20H55z");
            s.shine("M40 37h5l1 19h-4zM41 64h5l-2 16h-5z");
            s.fill(p.dark, "M32 33q16-10 32 0z");
            s.disc([INK, WOOD, p.accent][usize::from(look.trim) % 3], 48, 25, 3.6);
        }
        _ => {
            s.ground(47, 22);
            s.line([INK, WOOD, p.dark][usize::from(look.trim) % 3], 5, "M64 42h8q5 0 5 5v18q0 5-5 5h-8");
            s.line(STEEL_DARK, 2, "M47 18v18");
            s.veil(WATER, 8, "M31 36h33v42H31z");
            s.fill(COFFEE, "M31 52h33v28H31z");
            s.shine("M36 40h4v36h-4z");
            s.fill(p.base, "M29 32h37v6H29zM29 66h37v5H29zM29 77h37v5H29z");
            s.fill(p.dark, "M30 32q17-11 35 0z");
            s.disc(p.dark, 47, 17, 3.6);
        }
    }
}
