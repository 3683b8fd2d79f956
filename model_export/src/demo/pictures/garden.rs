//! Drawings with leaves: vases, plants, planters, watering cans.

use super::sketch::Sketch;
use super::{BRASS, INK, LEAF, LEAF_DARK, LEAF_LIGHT, Look, SOIL, STEEL_DARK, WOOD, WOOD_DARK};

/// Bottle vase, round vase, cylinder vase; dried stems, a branch or nothing in it.
pub fn vase(s: &mut Sketch, look: &Look) {
    let p = &look.paint;
    let mouth = [34, 44, 40][usize::from(look.shape) % 3];
    match look.trim {
        0 => {
            s.line(LEAF_DARK, 1.4, format_args!("M50 {mouth}Q48 24 42 10M50 {mouth}Q54 26 62 14"));
            s.fill(LEAF, "M42 10q-7 1-8 8 7 0 8-8zM45 20q-8-1-11 5 8 2 11-5zM46 17q7-3 7-9-7 2-7 9zM62 14q7-1 9 5-8 2-9-5zM58 21q8 0 10 6-8 1-10-6zM57 22q-6-4-5-10 6 4 5 10z");
        }
        1 => {
            s.line(WOOD_DARK, 1.2, format_args!("M50 {mouth}Q46 24 36 14M50 {mouth}V10M50 {mouth}Q54 24 64 16"));
            s.line(p.accent, 5, "M36 14l2 3M50 9v5M64 15l-2 3M43 22h0M57 21h0");
        }
        2 => {
            s.line(WOOD, 1.6, format_args!("M48 {mouth}Q44 22 38 8M51 {mouth}Q54 20 58 6"));
            s.line(super::STRAW, 7, "M41 17 38 9M56 15l2-8");
        }
        _ => {}
    }
    match look.shape {
        0 => {
            s.ground(50, 21);
            s.fill(p.base, "M44 32h12q-1 16 8 24t5 20q-2 6-8 6H39q-6 0-8-6-4-12 5-20t8-24z");
            s.shade("M51 32h5q-1 16 8 24t5 20q-2 6-8 6h-8q12-12 4-25t-2-25z");
            s.oval(p.deep, (50, 32.5), 6, 1.8);
            s.shine("M40 58q-6 7-4 15 2-9 7-15z");
        }
        1 => {
            s.ground(50, 25);
            s.fill(p.base, "M43 42h14q0 5 8 8 11 5 11 16 0 16-18 16H42q-18 0-18-16 0-11 11-16 8-3 8-8z");
            s.shade("M52 42h5q0 5 8 8 11 5 11 16 0 16-18 16h-8q20-6 14-20t-12-20z");
            s.oval(p.deep, (50, 42.5), 7, 2);
            s.shine("M35 57q-6 4-6 11 4-7 10-11z");
        }
        _ => {
            s.ground(50, 19);
            s.fill(p.base, "M35 38h30v40q0 4-4 4H39q-4 0-4-4z");
            s.seam("M41 40v40M47 40v41M53 40v41M59 40v40");
            s.shade("M56 38h9v40q0 4-4 4h-5z");
            s.oval(p.light, (50, 38), 15, 3.4);
            s.oval(p.deep, (50, 38.5), 12.5, 2.2);
        }
    }
}

/// The pot that a plant stands in.
fn pot(s: &mut Sketch, look: &Look) {
    let p = &look.paint;
    s.ground(50, 20);
    match look.trim {
        0 => s.fill(p.base, "M33 58h34l-4 24H37z").fill(p.dark, "M31 55h38v6H31z"),
        1 => s.fill(p.base, "M32 57h36q3 25-9 25H41q-12 0-9-25z").fill(p.accent, "M32 64h36v4H32z"),
        _ => s.fill(p.base, "M33 57h34v21q0 4-4 4H37q-4 0-4-4z").shine("M37 61h3v16h-3z"),
    };
    s.shade("M57 55h11l-3 22q-1 5-5 5h-7q5-12 4-27z");
}

/// Split-leaf, snake plant, cactus, palm, rubber plant.
pub fn plant(s: &mut Sketch, look: &Look) {
    match look.shape {
        0 => {
            s.line(LEAF_DARK, 1.6, "M50 58Q48 40 34 34M50 58Q52 36 66 30M50 58V26M50 58Q40 50 26 52M50 58q10-8 24-7");
            s.fill(LEAF_DARK, "M38 38Q18 38 17 22q18-5 23 10zM62 33q2-17 20-14-1 17-16 18z");
            s.fill(LEAF, "M50 34Q36 24 46 8q17 6 9 24zM30 56Q16 58 12 46q14-7 20 5zM70 55q3-13 18-9-3 13-16 12z");
            s.fill(LEAF_LIGHT, "M44 50q-14 1-17-12 15-3 18 8zM56 48q1-12 15-11-1 12-12 14z");
        }
        1 => {
            s.fill(LEAF_DARK, "M38 58Q26 38 30 16q10 18 14 42zM56 58q4-26 16-40 2 22-8 40z");
            s.fill(LEAF, "M43 58Q38 30 48 8q9 24 7 50zM52 58q8-16 14-22 2 12-6 22z");
            s.fill(LEAF_LIGHT, "M34 58q-10-12-10-24 10 8 14 24z");
            s.line(super::STRAW, 1, "M33 24q5 16 8 34M49 14q3 20 1 44M69 25q-7 14-9 33");
        }
        2 => {
            s.line(LEAF, 9, "M42 42H31V31M58 36h11V26");
            s.line(LEAF_LIGHT, 2, "M31 32v8M69 27v7");
            s.fill(LEAF, "M40 58V24q0-10 10-10t10 10v34z");
            s.line(LEAF_DARK, 1.4, "M46 19v38M50 17v40M54 19v38");
            s.disc(look.paint.accent, 50, 13, 3.6);
        }
        3 => {
            s.line(LEAF_DARK, 3.4, "M50 58Q44 24 20 26M50 58q6-36 30-32M50 58Q42 38 18 46M50 58q8-22 32-12");
            s.line(LEAF, 3.4, "M50 58Q44 16 30 12M50 58q4-40 20-46M50 58V12");
            s.line(LEAF_LIGHT, 2, "M50 58Q40 34 26 34M50 58q10-26 24-24");
        }
        _ => {
            s.line(WOOD_DARK, 2, "M50 58V18");
            s.fill(LEAF_DARK, "M50 50Q34 54 26 42q14-8 24 4zM50 44q16 4 24-8-14-8-24 4z");
            s.fill(LEAF, "M50 38Q34 40 28 28q14-6 22 6zM50 30q14 4 22-8-14-6-22 4z");
            s.fill(LEAF_LIGHT, "M50 24Q38 22 42 8q12 2 8 16zM50 22q8-2 10-11-10 0-10 11z");
            s.line(LEAF_DARK, 1, "M33 30l14 6M67 24l-14 5M44 12l5 9");
        }
    }
    s.slab(SOIL, (35, 54), (30, 5), 2.5);
    pot(s, look);
}

/// Planter, planter on legs, hanging planter.
pub fn planter(s: &mut Sketch, look: &Look) {
    let p = &look.paint;
    let leg = [WOOD, WOOD_DARK, INK][usize::from(look.trim) % 3];
    match look.shape {
        0 => {
            s.ground(50, 27);
            s.fill(LEAF_DARK, "M50 42q-18 0-22-16 18-4 23 13 4-17 21-15-3 18-22 18z");
            s.fill(LEAF, "M50 42q-10-10-2-26 12 10 2 26z");
            s.fill(p.base, "M24 42h52l-6 36q-1 4-5 4H35q-4 0-5-4z");
            s.shade("M62 42h14l-6 36q-1 4-5 4h-9q6-18 6-40z");
            s.slab(p.dark, (22, 39), (56, 7), 3);
        }
        1 => {
            s.ground(50, 26);
            s.line(leg, 3.6, "M32 56 29 82M68 56l3 26M32 70h36");
            s.line(LEAF, 3, "M50 40Q46 20 32 18M50 40q4-24 20-24M50 40V12M50 40Q42 28 24 30M50 40q8-14 26-12");
            s.fill(p.base, "M26 38h48v18q0 8-8 8H34q-8 0-8-8z");
            s.shade("M62 38h12v18q0 8-8 8H54q8-8 8-26z");
        }
        _ => {
            s.line(WOOD, 1.4, "M50 0 28 46M50 0l22 46M50 0v46");
            s.fill(p.base, "M26 44h48q0 26-16 26H42q-16 0-16-26z");
            s.shade("M62 44h12q0 26-16 26h-8q12-6 12-26z");
            s.line(LEAF_DARK, 2, "M34 44Q26 60 30 78M66 44q9 14 6 28M44 44q-4 14-3 22");
            s.line(LEAF, 6, "M31 54h0M28 62h0M31 70h0M30 78h0M70 54h0M74 62h0M72 72h0M43 54h0M41 64h0");
            s.line(LEAF_LIGHT, 6, "M34 45h4M46 43h0M55 44h6M66 45h0");
        }
    }
    match (look.shape, look.trim) {
        (2, _) => s,
        (_, 1) => s.line(p.accent, 2.4, "M31 52h38"),
        (_, 2) => s.seam("M36 46l3 16M45 46l1 17M55 46l-1 17M64 46l-3 16"),
        _ => s.shine("M31 47h4l2 14h-4z"),
    };
}

/// Watering can with a short spout, with a long one, and an indoor one.
pub fn watering_can(s: &mut Sketch, look: &Look) {
    let p = &look.paint;
    let trim = [p.dark, BRASS, STEEL_DARK][usize::from(look.trim) % 3];
    match look.shape {
        0 => {
            s.ground(54, 27);
            s.line(trim, 4, "M60 42q24-8 23 12t-11 20");
            s.fill(p.dark, "M40 66 20 42l5-4 20 18z");
            s.fill(trim, "M12 42 26 31l4 6-13 11z");
            s.fill(p.base, "M38 42h32l4 36q0 4-4 4H38q-4 0-4-4z");
            s.line(trim, 4, "M40 42q14-20 28 0");
            s.shade("M61 42h9l4 36q0 4-4 4H60q4-20 1-40z");
        }
        1 => {
            s.ground(58, 25);
            s.line(trim, 3.6, "M62 50q28-14 20 12-4 10-12 10");
            s.line(p.dark, 4, "M46 72Q32 70 28 50T14 30");
            s.fill(p.base, "M46 50h26q4 16 2 28-1 4-5 4H47q-4 0-5-4-2-14 4-28z");
            s.oval(p.deep, (59, 50), 13, 3);
            s.shade("M65 50h7q4 16 2 28-1 4-5 4h-9q7-16 5-32z");
        }
        _ => {
            s.ground(54, 27);
            s.line(trim, 4, "M44 50C40 16 84 18 74 66");
            s.fill(p.dark, "M40 68 16 36l8-1 22 22z");
            s.fill(p.base, "M54 46q22 0 22 20 0 16-12 16H46q-12 0-12-16 0-20 20-20z");
            s.shade("M60 47q16 3 16 19 0 16-12 16h-8q14-16 4-35z");
        }
    }
    s.shine(if look.shape == 2 { "M42 60q3-7 9-8-5 6-6 16-4-2-3-8z" } else { "M45 54h4l-2 22h-4z" });
}
