//! Drawings for the living room: chairs, sofas, stools, lamps, candles.

use super::sketch::Sketch;
use super::{BRASS, CREAM, FLAME, GLOW, INK, Look, STEEL_DARK, WATER, WHITE, WOOD, WOOD_DARK};

/// Dining chair, spindle chair, shell chair.
pub fn chair(s: &mut Sketch, look: &Look) {
    let p = &look.paint;
    let (leg, leg_dark) = [(WOOD, WOOD_DARK), (WOOD_DARK, INK), (INK, INK)][usize::from(look.trim) % 3];
    s.ground(50, 26);
    match look.shape {
        0 => {
            s.line(leg_dark, 3, "M38 60 36 78M62 60l2 18");
            s.line(leg, 3.6, "M33 60 29 82M67 60l4 22M34 56V22M66 56V22");
            s.slab(p.base, (32, 18), (36, 20), 5);
            s.shade("M58 18h5q5 0 5 5v10q0 5-5 5h-5z");
            s.slab(p.dark, (28, 57), (44, 6), 3);
            s.slab(p.base, (28, 53), (44, 7), 3.5);
            s.shine("M37 22h10v3H37z");
        }
        1 => {
            s.line(leg_dark, 3, "M38 60 37 78M62 60l1 18");
            s.line(p.base, 3.6, "M33 62 28 82M67 62l5 20M33 56 30 24M67 56l3-32");
            s.line(p.base, 2.2, "M41 56 40 24M50 56V23M59 56l1-32");
            s.line(p.base, 6, "M29 22q21-7 42 0");
            s.slab(p.dark, (27, 57), (46, 6), 3);
            s.slab(p.base, (27, 53.5), (46, 7), 3.5);
            if look.trim == 1 {
                s.slab(p.accent, (31, 50.5), (38, 5.5), 2.7);
            }
            s.seam("M62 60h9");
        }
        _ => {
            s.line(leg_dark, 2.6, "M42 58 36 80M58 58l6 22");
            s.line(leg, 3.4, "M38 58 29 82M62 58l9 24");
            s.line(leg_dark, 1.6, "M35 70h30");
            s.fill(p.base, "M31 26q19-12 38 0 3 16 5 28 0 8-10 8H36q-10 0-10-8 2-12 5-28z");
            s.fill(p.dark, "M26 54q24-11 48 0 0 8-10 8H36q-10 0-10-8z");
            s.shade("M62 22l7 4q3 16 5 28 0 8-10 8h-6q9-18 4-40z");
            s.shine("M37 28q5-3 9-3-6 6-8 17l-4 1q1-9 3-15z");
        }
    }
}

/// Armchair, two-seat sofa, lounge chair.
pub fn sofa(s: &mut Sketch, look: &Look) {
    let p = &look.paint;
    let leg = [WOOD, WOOD_DARK, INK][usize::from(look.trim) % 3];
    match look.shape {
        0 => {
            s.ground(50, 33);
            s.line(leg, 3.6, "M28 74 25 82M72 74l3 8");
            s.slab(p.base, (27, 26), (46, 40), 9);
            s.seam("M50 28v26");
            s.slab(p.dark, (25, 62), (50, 13), 4);
            s.slab(p.light, (30, 53), (40, 12), 5);
            s.slab(p.base, (19, 44), (14, 31), 7);
            s.slab(p.base, (67, 44), (14, 31), 7);
            s.shade("M74 44q7 0 7 7v17q0 7-7 7h-3q5-16 3-31zM60 26h4q9 0 9 9v10h-6l-4 8q3-15-3-27z");
        }
        1 => {
            s.ground(50, 41);
            s.line(leg, 3.4, "M20 74l-2 8M80 74l2 8M50 75v6");
            s.slab(p.base, (16, 34), (68, 30), 8);
            s.slab(p.dark, (14, 62), (72, 13), 4);
            s.slab(p.light, (20, 53), (29.5, 12), 4.5);
            s.slab(p.light, (50.5, 53), (29.5, 12), 4.5);
            s.fill(p.accent, "M24 40q8 2 15-1-1 8 1 15-8-1-15 1 1-8-1-15z");
            s.slab(p.base, (9, 46), (13, 29), 6.5);
            s.slab(p.base, (78, 46), (13, 29), 6.5);
            s.seam("M50 36v16");
            s.shade("M85 46q6 0 6 7v15q0 7-6 7h-3q5-15 3-29z");
        }
        _ => {
            s.ground(52, 36);
            s.line(leg, 4, "M26 82 34 62 78 58M66 60 76 82M38 62l-8-10");
            s.fill(p.dark, "M22 24q5-5 9 0l15 34-9 4q-5 1-7-4z");
            s.fill(p.base, "M20 25q5-6 10-1l14 30 36-4q6 0 6 5t-5 6l-43 4q-6 0-8-5z");
            s.seam("M33 28l-8 5M38 40l-9 4M56 53l1 9M70 52l1 8");
            s.shade("M44 54l36-4q6 0 6 5t-5 6l-43 4-4-2q7-1 10-9z");
        }
    }
}

/// Stool, bar stool, pouf.
pub fn stool(s: &mut Sketch, look: &Look) {
    let p = &look.paint;
    let (leg, leg_dark) = [(WOOD, WOOD_DARK), (WOOD_DARK, INK), (INK, INK)][usize::from(look.trim) % 3];
    match look.shape {
        0 => {
            s.ground(50, 25);
            s.line(leg_dark, 3, "M43 50 39 78M57 50l4 28");
            s.line(leg, 3.8, "M35 50 28 82M65 50l7 32");
            s.line(leg_dark, 2.2, "M33 66h34");
            s.slab(p.dark, (25, 44), (50, 9), 4.5);
            s.oval(p.base, (50, 44), 25, 7);
            s.shade("M64 38.5q11 2 11 5.5v4q0 5-9 5h-6q8-6 4-14.5z");
            s.veil(WHITE, 2, "M31 43q6-4 16-4-7 3-9 6z");
        }
        1 => {
            s.ground(50, 23);
            s.line(leg_dark, 2.8, "M44 34 41 78M56 34l3 44");
            s.line(leg, 3.6, "M38 34 30 82M62 34l8 48");
            s.line(leg_dark, 2.2, "M34 64h32M36 50h28");
            s.slab(p.dark, (30, 30), (40, 7), 3.5);
            s.slab(p.base, (29, 24), (42, 10), 5);
            s.shade("M60 24h6q5 0 5 5t-5 5h-6q4-5 0-10z");
            s.shine("M34 26h14v2H34z");
        }
        _ => {
            s.ground(50, 32);
            s.slab(p.base, (19, 46), (62, 36), 16);
            s.seam("M34 48q-7 16 0 32M50 47v34M66 48q7 16 0 32");
            s.oval(p.light, (50, 50), 27, 7.5);
            s.disc(p.accent, 50, 49, 2.6);
            s.shade("M66 46q15 2 15 16v4q0 16-16 16h-6q16-14 7-36z");
        }
    };
}

/// Table lamp, mushroom lamp, desk lamp.
pub fn table_lamp(s: &mut Sketch, look: &Look) {
    let p = &look.paint;
    match look.shape {
        0 => {
            s.ground(50, 18);
            s.line(BRASS, 3, "M50 46v14");
            match look.trim {
                0 => s.fill(p.accent, "M44 56h12q12 14 6 26H38q-6-12 6-26z"),
                1 => s.fill(p.accent, "M46 54h8v20h8v8H38v-8h8z"),
                _ => s.fill(p.accent, "M40 56h20q-4 7 0 13t0 13H40q-4-7 0-13t0-13z"),
            };
            s.shade("M53 55h4q11 14 5 27h-8q5-13-1-27z");
            s.fill(p.base, "M35 16h30l11 34H24z");
            s.veil(GLOW, 5, "M40 16h12l2 34H31z");
            s.shade("M57 16h8l11 34H62z");
        }
        1 => {
            s.ground(50, 19);
            s.fill(p.dark, "M44 44h12l5 34q0 4-4 4H43q-4 0-4-4z");
            s.shade("M51 44h5l5 34q0 4-4 4h-6q4-18 0-38z");
            s.veil(GLOW, 6, "M30 48h40l-8 12H38z");
            s.fill(p.base, "M20 48q1-29 30-29t30 29q0 3-4 3H24q-4 0-4-3z");
            s.shade("M60 21q19 6 20 27 0 3-4 3H62q8-16-2-30z");
            s.shine("M29 42q2-11 12-15-6 7-6 17l-5 1z");
            if look.trim == 1 {
                s.slab(BRASS, (38, 51), (24, 3), 1.5);
            }
        }
        _ => {
            let arm = [INK, BRASS, p.dark][usize::from(look.trim) % 3];
            s.ground(42, 20);
            s.line(arm, 3, "M40 80 30 52 56 30");
            s.disc(arm, 30, 52, 3.2);
            s.veil(GLOW, 4, "M54 42l18-10 18 34H62z");
            s.fill(p.base, "M51 28q4-11 15-10l10 16-24 13q-5-8-1-19z");
            s.shade("M66 18l10 16-24 13-2-6q17-4 16-23z");
            s.fill(p.dark, "M24 78q0-4 5-4h22q5 0 5 4v4H24z");
        }
    }
}

/// Dome, globe and cone pendants, hanging from the upper edge.
pub fn pendant_lamp(s: &mut Sketch, look: &Look) {
    let p = &look.paint;
    let cord = [INK, p.accent, STEEL_DARK][usize::from(look.trim) % 3];
    s.line(cord, 1.8, "M50 0v34");
    match look.shape {
        0 => {
            s.veil(GLOW, 4, "M26 66h48l14 34H12z");
            s.slab(BRASS, (46, 28), (8, 8), 2);
            s.fill(p.base, "M18 66q0-32 32-32t32 32z");
            s.shade("M62 36q20 7 20 30H66q6-18-4-30z");
            s.shine("M27 59q3-13 14-18-7 8-8 18z");
            s.oval(GLOW, (50, 66), 32, 4.5);
            s.oval(WHITE, (50, 67), 9, 2.4);
        }
        1 => {
            s.veil(GLOW, 4, "M50 18a38 38 0 1 1-1 0z");
            s.slab(p.dark, (43, 26), (14, 9), 3);
            s.disc(p.base, 50, 56, 25);
            s.veil(GLOW, 6, "M44 42a16 16 0 1 1-1 0z");
            s.shade("M60 33a25 25 0 0 1 0 46q12-22 0-46z");
            if look.trim == 1 {
                s.line(p.deep, 1.4, "M28 46q22 7 44 0M25 56q25 8 50 0M28 67q22 7 44 0");
            } else {
                s.shine("M34 52q2-8 9-11-4 6-4 13z");
            }
        }
        _ => {
            s.veil(GLOW, 4, "M26 64h48l12 36H14z");
            s.slab(p.dark, (45, 24), (10, 10), 2);
            s.fill(p.base, "M44 32h12l24 32H20z");
            s.shade("M52 32h4l24 32H64z");
            match look.trim {
                1 => s.line(p.accent, 2, "M28.5 54h43M25 59h50"),
                2 => s.line(p.deep, 1, "M46 33 30 63M49 33 42 63M52 33l6 30M54 33l16 30"),
                _ => s.shine("M43 38h3L34 60h-6z"),
            };
            s.oval(GLOW, (50, 64), 30, 3.6);
        }
    }
}

/// Candle in a jar, tapers in holders, pillar on a dish.
pub fn candle(s: &mut Sketch, look: &Look) {
    let p = &look.paint;
    match look.shape {
        0 => {
            s.ground(50, 24);
            s.fill(FLAME, "M50 26q8 9 0 14-8-5 0-14z");
            s.line(INK, 1.4, "M50 42v5");
            s.veil(WATER, 8, "M28 42h44v34q0 6-6 6H34q-6 0-6-6z");
            s.fill(p.base, "M30 48h40v27q0 5-5 5H35q-5 0-5-5z");
            s.slab(CREAM, (37, 56), (26, 16), 1.5);
            s.line(
                p.deep,
                1.4,
                ["M42 62h16M45 66h10", "M50 60v8M46 64h8", "M43 67l7-8 7 8z"][usize::from(look.trim) % 3],
            );
            s.shade("M62 42h10v34q0 6-6 6h-8q4-2 4-8z");
            s.shine("M32 44h3v34h-3z");
        }
        1 => {
            s.ground(50, 30);
            s.fill(FLAME, "M35 13q5 6 0 10-5-4 0-10zM62 25q5 6 0 10-5-4 0-10z");
            s.fill(p.base, "M32 24h6l1 44h-8zM59 36h6l1 32h-8z");
            s.shade("M36 24h2l1 44h-3zM63 36h2l1 32h-3z");
            let stand = [BRASS, p.accent, INK][usize::from(look.trim) % 3];
            s.fill(stand, "M27 66h16l-4 6v6h6v4H25v-4h6v-6zM54 66h16l-4 6v6h6v4H52v-4h6v-6z");
            s.shade("M37 66h6l-4 6v6h6v4h-8zM64 66h6l-4 6v6h6v4h-8z");
        }
        _ => {
            s.ground(50, 30);
            s.oval(p.accent_dark, (50, 79), 28, 4.6);
            s.oval(p.accent, (50, 77.5), 28, 4.2);
            s.fill(FLAME, "M50 14q7 9 0 14-7-5 0-14z");
            s.line(INK, 1.4, "M50 29v5");
            s.fill(p.base, "M36 35q14 4 28 0v41q-14 4-28 0z");
            s.oval(p.light, (50, 35), 14, 3.4);
            match look.trim {
                1 => s.seam("M40 40v36M45 40v37M50 40v37M55 40v37M60 40v36"),
                2 => s.seam("M36 48q14 4 28 0M36 60q14 4 28 0M36 70q14 4 28 0"),
                _ => s.shine("M40 41h4v32l-4-1z"),
            };
            s.shade("M56 38l8-3v41l-8 1.5z");
        }
    }
}
