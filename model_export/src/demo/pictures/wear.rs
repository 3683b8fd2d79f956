//! Drawings of things to wear: jackets, sweaters, tees, hats, socks.

use super::sketch::Sketch;
use super::{BRASS, CREAM, INK, Look};

/// Rain jacket, puffer, overshirt.
pub fn jacket(s: &mut Sketch, look: &Look) {
    let p = &look.paint;
    // Sleeves hang beside the body; the left one catches the light.
    s.shade("M34 26 16 42l-3 34 12 3 5 9h46l3-9 11-3-3-34z");
    s.fill(p.dark, "M33 22 18 34q-5 14-6 36l12 3 12-34zM67 22l15 12q5 14 6 36l-12 3-12-34z");
    match look.shape {
        0 => {
            s.fill(p.dark, "M35 24q0-16 15-16t15 16l-15 12z");
            s.fill(p.deep, "M40 22q2-9 10-9t10 9l-10 9z");
            s.fill(p.base, "M32 22q5-2 7-1l11 12 11-12q2-1 7 1l5 64H27z");
            s.line(p.accent, 2, "M50 33v53");
            s.seam("M33 62h11M56 62h11");
        }
        1 => {
            s.fill(p.base, "M33 22q4-6 9-6h16q5 0 9 6l5 64H28z");
            s.seam("M31 36q19 4 38 0M30 48q20 4 40 0M30 60q20 4 40 0M29 72q21 4 42 0M16 48q5 3 11 2M14 60q5 3 11 2M84 48q-5 3-11 2M86 60q-5 3-11 2");
            s.slab(p.accent, (40, 12), (20, 9), 4);
            s.line(p.deep, 1.8, "M50 17v69");
        }
        _ => {
            s.fill(p.base, "M33 21 42 15h16l9 6 4 65H29z");
            s.fill(p.light, "M42 14l8 9-8 8-6-12zM58 14l-8 9 8 8 6-12z");
            s.fill(p.dark, "M34 42h11v12H34zM55 42h11v12H55z");
            s.seam("M50 24v62");
            s.line([BRASS, INK, CREAM][usize::from(look.trim) % 3], 2.2, "M53 34h0M53 46h0M53 58h0M53 70h0M53 80h0");
        }
    }
    s.shade("M61 17l6 5 5 64H60q6-34 1-69z");
    match look.trim {
        1 => s.fill(p.accent, "M12.5 62h13l-1.5 5H12zM74.5 62h13l.5 5H76z"),
        2 => s.slab(p.accent, (56, 34), (9, 4), 1),
        _ => s,
    };
}

/// Crew neck, roll neck, cardigan.
pub fn sweater(s: &mut Sketch, look: &Look) {
    let p = &look.paint;
    s.shade("M34 26 16 42l-4 34 12 4h6v6h44v-6h6l10-4-4-34z");
    s.fill(p.dark, "M33 22 18 33q-6 14-8 40l13 3 13-38zM67 22l15 11q6 14 8 40l-13 3-13-38z");
    s.fill(p.base, "M33 21q5-4 9-4h16q4 0 9 4l5 61H28z");
    match look.trim {
        1 => s.fill(p.accent, "M32 36h36l1 6H31zM31 47h38l.5 6h-39zM30 58h40l.5 6h-41z"),
        2 => s.fill(p.accent, "M32 34h36l1 15H31z").line(p.light, 2, "M35 45l4-6 4 6 4-6 4 6 4-6 4 6 4-6 2 3"),
        3 => s.seam("M37 36v44M42 32v48M47 36v44M53 36v44M58 32v48M63 36v44"),
        _ => s.seam("M34 40q4 20 2 40"),
    };
    match look.shape {
        0 => {
            s.fill(p.deep, "M41 17h18q-1 9-9 9t-9-9z");
            s.line(p.light, 3, "M40.5 17q1 11 9.5 11t9.5-11");
        }
        1 => {
            s.slab(p.dark, (40, 9), (20, 14), 5);
            s.seam("M45 11v10M50 11v11M55 11v10");
        }
        _ => {
            s.fill(p.deep, "M42 16h16l-8 26z");
            s.line(p.light, 4, "M42 17l8 27 8-27M50 44v37");
            s.line(INK, 2.4, "M50 50h0M50 59h0M50 68h0M50 76h0");
        }
    }
    s.fill(p.dark, "M28 78h44l.5 7q-22 3-45 0zM10 71l14 3-1 6-14-3zM90 71l-14 3 1 6 14-3z");
    s.shade("M61 17l6 4 6 64H61q6-34 0-68z");
}

/// T-shirt, long-sleeved tee, tank.
pub fn tee(s: &mut Sketch, look: &Look) {
    let p = &look.paint;
    match look.shape {
        0 => {
            s.shade("M34 25 12 40l8 15 12-6v39h42V49l10 6 8-15z");
            s.fill(p.dark, "M34 21 12 35l8 15 16-8zM66 21l22 14-8 15-16-8z");
        }
        1 => {
            s.shade("M34 25 18 38l-4 40 10 2 8-26v34h42V54l6 26 10-2z");
            s.fill(p.dark, "M34 21 19 32q-5 16-7 42l11 2 13-36zM66 21l15 11q5 16 7 42l-11 2-13-36z");
        }
        _ => {
            s.shade("M37 24q-1 16-6 20v44h44V44q-6-4-6-20z");
        }
    }
    if look.shape == 2 {
        s.fill(p.base, "M36 18h7q7 10 14 0h7q0 16 7 22v45q-21 3-42 0V40q7-6 7-22z");
    } else {
        s.fill(p.base, "M34 21q5-4 8-4h16q3 0 8 4l4 64q-20 3-40 0z");
        s.fill(p.deep, "M41 17h18q-1 8-9 8t-9-8z");
        s.line(p.light, 2.2, "M41 17q1 9 9 9t9-9");
    }
    match look.trim {
        1 => s.fill(p.accent, "M32.5 38h35l.4 5H32zM31.8 48h36.4l.4 5h-37zM31 58h38l.5 5h-39zM30.5 68h39l.4 5h-40z"),
        2 => s.fill(p.dark, "M54 40h11v10q-5.5 5-11 0z"),
        3 => s.disc(p.accent, 50, 50, 10).fill(p.light, "M40.5 53q10-8 19 0a10 10 0 0 1-19 0z"),
        _ => s.seam("M36 34q4 24 0 50"),
    };
    s.shade("M60 19l6 2 4 64q-5 1-11 1 6-30 1-67z");
}

/// Beanie, bobble hat, cap.
pub fn hat(s: &mut Sketch, look: &Look) {
    let p = &look.paint;
    if look.shape == 2 {
        s.ground(50, 36);
        s.fill(p.accent, "M58 62q24-4 34 12-18 6-38 2z");
        s.fill(p.base, "M16 74q-4-42 32-42 30 0 30 34-30-4-62 8z");
        s.seam("M48 32q-16 10-18 36M48 32q12 10 14 33");
        s.disc(p.accent, 48, 32, 3);
        s.shade("M56 33q22 4 22 33l-14-1q4-20-8-32z");
        if look.trim > 0 {
            s.disc(CREAM, 46, 53, 6).disc(p.deep, 46, 53, 3);
        }
        return;
    }
    s.ground(50, 32);
    if look.shape == 1 {
        s.disc(p.accent, 50, 20, 11);
        s.shade("M54 10a11 11 0 0 1 0 20q6-10 0-20z");
    }
    s.fill(p.base, "M21 66Q18 26 50 26t29 40z");
    match look.trim {
        1 => s.fill(p.accent, "M22 50q28-5 56 0l1 8q-29-5-58 0z"),
        2 => s.line(p.accent, 2.4, "M25 54l6-6 6 6 6-6 7 6 6-6 6 6 6-6 6 6"),
        _ => s.seam("M33 34q-5 14-5 30M42 28q-3 18-3 36M58 28q3 18 3 36M67 34q5 14 5 30"),
    };
    s.slab(p.dark, (18, 62), (64, 20), 7);
    s.seam("M27 64v16M36 64v16M45 64v16M54 64v16M63 64v16M72 64v16");
    s.shade("M60 27q20 6 19 36 3 1 3 6v6q0 7-7 7h-9q6-28-6-55z");
}

/// Crew socks, ankle socks, hiking socks: a pair.
pub fn socks(s: &mut Sketch, look: &Look) {
    let p = &look.paint;
    let top = [14, 34, 22][usize::from(look.shape) % 3];
    let (left, right) = (outline_at(top, 20), outline_at(top, 47));
    s.shade(outline_at(top + 3, 23));
    s.shade(outline_at(top + 3, 50));
    for (x, outline) in [(20, left), (47, right)] {
        s.fill(p.base, outline);
        match look.trim {
            1 => s.fill(p.accent, format_args!("M{x} {}h18v4H{x}zM{x} {}h18v4H{x}z", top + 11, top + 19)),
            2 => s.line(
                p.accent,
                3,
                format_args!(
                    "M{} {}h0M{} {}h0M{} {}h0M{} {}h0",
                    x + 5,
                    top + 14,
                    x + 13,
                    top + 19,
                    x + 5,
                    top + 24,
                    x + 13,
                    top + 29
                ),
            ),
            _ => s.seam(format_args!("M{} {}v18M{} {}v18M{} {}v18", x + 5, top + 9, x + 9, top + 9, x + 13, top + 9)),
        };
        s.slab(p.accent, (x, top), (18, 7), 2);
    }
}

/// One sock whose cuff is at (x, top); the toe points right.
fn outline_at(top: i32, x: i32) -> String {
    let leg = 60 - top;
    format!("M{x} {top}h18v{leg}l13 9q8 8 1 13-6 3-12-1L{} 70q-4-3-4-8z", x + 4)
}
