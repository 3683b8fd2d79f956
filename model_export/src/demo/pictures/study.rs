//! Drawings for the study: headphones, speakers, notebooks.

use super::sketch::Sketch;
use super::{BRASS, CREAM, INK, Look, STEEL, STEEL_DARK, WOOD, WOOD_DARK};

/// Over-ear headphones, on-ear headphones, earbuds in a case.
pub fn headphones(s: &mut Sketch, look: &Look) {
    let p = &look.paint;
    match look.shape {
        0 => {
            s.ground(50, 34);
            s.line(p.dark, 6, "M23 56q-2-38 27-38t27 38");
            s.line(p.light, 2, "M26 42q4-20 24-20t24 20");
            s.slab(p.base, (15, 48), (18, 34), 9);
            s.slab(p.base, (67, 48), (18, 34), 9);
            s.slab(p.deep, (30, 50), (9, 30), 4.5);
            s.slab(p.deep, (61, 50), (9, 30), 4.5);
            s.shine("M20 56h3v16h-3zM72 56h3v16h-3z");
        }
        1 => {
            s.ground(50, 36);
            s.line(STEEL, 3.4, "M25 58q-4-40 25-40t25 40");
            s.line(p.dark, 6, "M34 22q16-9 32 0");
            s.disc(p.base, 27, 65, 15);
            s.disc(p.base, 73, 65, 15);
            let cap = [p.accent, BRASS, STEEL][usize::from(look.trim) % 3];
            s.disc(cap, 27, 65, 7);
            s.disc(cap, 73, 65, 7);
            s.shade("M31 51a15 15 0 0 1 0 28q8-14 0-28zM77 51a15 15 0 0 1 0 28q8-14 0-28z");
        }
        _ => {
            s.ground(50, 30);
            s.slab(p.base, (24, 30), (13, 52), 6.5);
            s.slab(p.base, (63, 30), (13, 52), 6.5);
            s.shade("M31 40h6v36q0 6-6 6zM70 40h6v36q0 6-6 6z");
            s.oval(p.deep, (45, 38), 6, 8);
            s.oval(p.deep, (55, 38), 6, 8);
            s.disc(p.base, 34, 35, 14);
            s.disc(p.base, 66, 35, 14);
            s.shine("M24 33q1-8 9-9-5 4-6 12zM56 33q1-8 9-9-5 4-6 12z");
            let foot = [p.accent, BRASS, STEEL][usize::from(look.trim) % 3];
            s.line(foot, 3, "M28 76h5M67 76h5");
        }
    }
}

/// Bookshelf speaker, portable speaker, radio.
pub fn speaker(s: &mut Sketch, look: &Look) {
    let p = &look.paint;
    let knob = [BRASS, CREAM, p.accent][usize::from(look.trim) % 3];
    match look.shape {
        0 => {
            s.ground(50, 25);
            s.slab(p.base, (28, 16), (44, 66), 5);
            s.shade("M62 16h5q5 0 5 5v56q0 5-5 5h-5z");
            s.disc(INK, 50, 57, 16);
            s.disc(p.deep, 50, 57, 12);
            s.disc(INK, 50, 57, 5);
            s.disc(INK, 50, 30, 8);
            s.disc(knob, 50, 30, 4);
        }
        1 => {
            s.ground(50, 37);
            s.line([WOOD, INK, p.accent][usize::from(look.trim) % 3], 4, "M24 48q2-24 26-24t26 24");
            s.slab(p.base, (14, 42), (72, 40), 12);
            s.slab(p.dark, (20, 48), (60, 28), 7);
            s.line(p.base, 1.6, "M27 54h0M33 54h0M39 54h0M45 54h0M30 60h0M36 60h0M42 60h0M27 66h0M33 66h0M39 66h0M45 66h0M51 54h0M48 60h0M51 66h0M30 72h0M36 72h0M42 72h0M48 72h0");
            s.disc(knob, 67, 62, 6);
            s.shade("M72 42h2q12 0 12 12v16q0 12-12 12h-6q8-18 4-40z");
        }
        _ => {
            s.ground(50, 38);
            s.line(STEEL_DARK, 2, "M74 34 88 10");
            s.slab(WOOD, (12, 34), (76, 48), 7);
            s.slab(p.base, (17, 39), (66, 38), 4);
            s.seam("M23 46h26M23 51h26M23 56h26M23 61h26M23 66h26M23 71h26");
            s.slab(CREAM, (55, 45), (23, 9), 2);
            s.line(p.accent, 1.6, "M63 46v7");
            s.disc(INK, 61, 66, 5);
            s.disc(knob, 73, 66, 5);
            s.shade("M80 34h1q7 0 7 7v34q0 7-7 7h-5q8-20 4-48z");
        }
    }
}

/// Notebook with a band, spiral notebook, stack of notebooks.
pub fn notebook(s: &mut Sketch, look: &Look) {
    let p = &look.paint;
    match look.shape {
        0 => {
            s.shade("M30 18h46q4 0 4 4v66H30z");
            s.slab(CREAM, (27, 16), (49, 70), 4);
            s.slab(p.base, (24, 13), (49, 71), 4);
            s.shade("M24 17q0-4 4-4h5v71h-5q-4 0-4-4z");
            s.fill(p.accent, "M63 13h4v71h-4z");
            s.fill(p.accent, "M40 84h4v9l-2-2-2 2z");
        }
        1 => {
            s.shade("M28 18h50v70H28z");
            s.slab(CREAM, (27, 15), (50, 71), 3);
            s.slab(p.base, (25, 13), (49, 71), 3);
            s.line(STEEL_DARK, 2, "M21 20h8M21 28h8M21 36h8M21 44h8M21 52h8M21 60h8M21 68h8M21 76h8");
        }
        _ => {
            s.ground(50, 37);
            s.slab(p.dark, (15, 67), (68, 15), 3);
            s.fill(CREAM, "M21 70h63v9H21z");
            s.slab(p.accent, (19, 53), (64, 13), 3);
            s.fill(CREAM, "M25 56h59v7H25z");
            s.slab(p.base, (16, 40), (66, 12), 3);
            s.fill(CREAM, "M22 43h61v6H22z");
            s.line(WOOD, 4, "M24 35h50");
            s.fill(WOOD_DARK, "M74 33l9 2-9 2z");
            return;
        }
    }
    match look.trim {
        0 => s.slab(p.light, (37, 27), (20, 13), 1.5).line(p.deep, 1.2, "M41 32h12M43 36h8"),
        1 => s.fill(p.light, "M38 84q-4-20 6-34 8 14 4 34z").line(p.deep, 1.2, "M43 56v28"),
        2 => s.line(p.light, 2, "M36 30h20M36 36h20M36 42h12"),
        _ => s.disc(p.accent, 48, 46, 10).fill(p.light, "M38 48q10-8 20 0a10 10 0 0 1-20 0z"),
    };
}
