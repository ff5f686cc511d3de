//! Things of the shore and of the wind.

use crate::scene::canvas::Pen;

pub(in crate::scene) fn kite(pen: &mut Pen<'_>) {
    pen.line("M 50 62 C 36 72 64 80 48 88 C 40 93 46 97 40 98", 1.6, 0x005a_5a66);
    pen.fill("M 50 3 L 50 32 L 19 30 Z", 0x00e8_4f4f);
    pen.fill("M 50 3 L 81 30 L 50 32 Z", 0x00f6_b43c);
    pen.fill("M 19 30 L 50 32 L 50 63 Z", 0x003f_8fd0);
    pen.fill("M 81 30 L 50 63 L 50 32 Z", 0x0052_b788);
    pen.line("M 50 3 L 50 63", 1.4, 0x004a_362a);
    pen.line("M 19 30 Q 50 35 81 30", 1.4, 0x004a_362a);
    for (x, y, colour) in [(44.0, 69.0, 0x00e8_4f4f), (55.0, 78.0, 0x00f6_b43c), (47.0, 88.0, 0x003f_8fd0)] {
        pen.fill(&format!("M {x} {y} L {} {} L {} {} Z", x - 7.0, y - 4.0, x - 7.0, y + 4.0), colour);
        pen.fill(&format!("M {x} {y} L {} {} L {} {} Z", x + 7.0, y - 4.0, x + 7.0, y + 4.0), colour);
    }
}

pub(in crate::scene) fn boat(pen: &mut Pen<'_>) {
    pen.line("M 48 8 L 48 74", 2.4, 0x007a_502e);
    pen.fill("M 46 12 L 46 66 L 10 66 Q 34 44 46 12 Z", 0x00fb_f7ee);
    pen.glaze("M 46 12 L 46 66 L 32 66 Q 42 42 46 12 Z", 0x00b0_a890, 60);
    pen.fill("M 51 16 L 88 66 L 51 66 Z", 0x00e8_5d4a);
    pen.fill("M 51 38 L 67.5 38 L 74 46 L 51 46 Z", 0x00fb_f7ee);
    pen.fill("M 48 5 L 62 9 L 48 13 Z", 0x002f_6fb0);
    pen.fill("M 7 72 L 93 72 Q 86 92 74 93 L 27 93 Q 13 90 7 72 Z", 0x002b_4c7e);
    pen.fill("M 7 72 L 93 72 L 91.5 77 L 8.6 77 Z", 0x00f6_eedc);
    for x in [32.0, 48.0, 64.0] {
        pen.circle(x, 83.0, 2.8, 0x00f6_eedc);
        pen.circle(x, 83.0, 1.7, 0x008f_ccf0);
    }
}

pub(in crate::scene) fn lighthouse(pen: &mut Pen<'_>) {
    pen.fill("M 12 96 Q 18 80 34 80 L 66 80 Q 84 82 88 96 Z", 0x007d_7f88);
    pen.fill("M 22 96 Q 30 86 44 87 Q 40 92 42 96 Z", 0x0095_97a0);
    pen.fill("M 39 28 L 61 28 L 68 84 L 32 84 Z", 0x00fb_f6ec);
    pen.fill("M 37.6 39 L 62.4 39 L 64 51 L 36.1 51 Z", 0x00d2_3b3b);
    pen.fill("M 34.6 63 L 65.4 63 L 67 75.5 L 33.1 75.5 Z", 0x00d2_3b3b);
    pen.glaze("M 53 28 L 61 28 L 68 84 L 56 84 Z", 0x0040_3040, 40);
    pen.rect(35.0, 24.0, 30.0, 4.6, 0x003a_465a);
    pen.rect(41.0, 11.5, 18.0, 13.0, 0x00fc_e28a);
    pen.line("M 47 11.5 L 47 24 M 53 11.5 L 53 24", 1.0, 0x003a_465a);
    pen.fill("M 38 12 L 50 3 L 62 12 Z", 0x00b8_2f2f);
    pen.fill("M 46.5 84 L 46.5 78 Q 50 73 53.5 78 L 53.5 84 Z", 0x004a_362a);
    pen.rect(48.0, 44.0, 4.0, 5.0, 0x003a_465a);
    pen.rect(48.0, 56.0, 4.0, 5.0, 0x003a_465a);
}

pub(in crate::scene) fn fish(pen: &mut Pen<'_>) {
    pen.fill("M 66 50 Q 82 38 95 26 Q 90 50 95 74 Q 82 62 66 50 Z", 0x00f0_8430);
    pen.fill("M 36 31 Q 48 18 64 27 L 58 36 Z", 0x00f0_8430);
    pen.fill("M 5 51 C 18 26 52 22 74 50 C 52 78 18 76 5 51 Z", 0x00f7_9d42);
    pen.glaze("M 9 56 C 24 74 54 74 72 52 C 54 64 28 66 9 56 Z", 0x00ff_f0d8, 150);
    pen.line("M 30 36 Q 38 50 30 65", 1.8, 0x00d8_6c1c);
    for (x, y) in [(44.0, 42.0), (52.0, 48.0), (44.0, 54.0), (58.0, 42.0), (60.0, 54.0)] {
        pen.line(&format!("M {x} {y} Q {} {} {x} {}", x + 4.0, y + 3.0, y + 6.0), 1.4, 0x00d8_6c1c);
    }
    pen.fill("M 40 58 Q 44 72 54 72 Q 54 62 48 56 Z", 0x00e8_7824);
    pen.circle(19.0, 46.0, 5.0, 0x00ff_ffff);
    pen.circle(18.0, 46.0, 2.6, 0x0020_222c);
    pen.line("M 8 55 Q 12 57 15 55", 1.4, 0x00b8_5414);
}

pub(in crate::scene) fn umbrella(pen: &mut Pen<'_>) {
    pen.shadow(58.0, 94.0, 36.0, 3.4);
    pen.line("M 50 14 L 54 94", 2.6, 0x008a_6a48);
    let seams = [5.0, 23.0, 41.0, 59.0, 77.0, 95.0];
    for (at, pair) in seams.windows(2).enumerate() {
        let (left, right) = (pair[0], pair[1]);
        let colour = if at % 2 == 0 { 0x00e4_4c4c } else { 0x00fb_f4e6 };
        let (lean_left, lean_right) = (50.0 + (left - 50.0) * 0.85, 50.0 + (right - 50.0) * 0.85);
        let panel = format!(
            "M 50 14 Q {lean_left} 20 {left} 48 Q {} 43 {right} 48 Q {lean_right} 20 50 14 Z",
            f32::midpoint(left, right)
        );
        pen.fill(&panel, colour);
    }
    pen.circle(50.0, 13.0, 2.4, 0x008a_6a48);
}

pub(in crate::scene) fn bucket(pen: &mut Pen<'_>) {
    pen.shadow(50.0, 93.0, 30.0, 4.0);
    pen.line("M 18 38 C 20 4 80 4 82 38", 3.2, 0x00f2_f2ee);
    pen.fill("M 17 38 L 83 38 L 74 93 Q 50 98 26 93 Z", 0x0032_8fc8);
    pen.glaze("M 62 38 L 83 38 L 74 93 L 60 95 Z", 0x0008_2848, 50);
    pen.ellipse(50.0, 38.0, 33.0, 7.0, 0x004a_aee2);
    pen.ellipse(50.0, 39.0, 28.0, 5.0, 0x00e0_c48c);
    pen.fill(
        "M 50 55 L 54 65 L 65 66 L 57 73 L 59 84 L 50 78 L 41 84 L 43 73 L 35 66 L 46 65 Z",
        0x00fb_d34d,
    );
}

pub(in crate::scene) fn ball(pen: &mut Pen<'_>) {
    pen.shadow(52.0, 92.0, 36.0, 4.6);
    pen.circle(50.0, 50.0, 41.0, 0x00fb_f8f0);
    pen.fill("M 42 24 Q 12 30 9 53 Q 9 70 22 80 Q 22 48 42 24 Z", 0x00e5_4848);
    pen.fill("M 50 22 Q 78 30 82 75 Q 70 90 52 91 Q 62 54 50 22 Z", 0x0038_8fd2);
    pen.fill("M 44 16 Q 34 12 32 13 Q 46 6 62 11 Q 56 14 52 18 Z", 0x00f7_c53f);
    pen.fill("M 56 20 Q 72 18 84 28 Q 91 38 91 48 Q 80 26 56 20 Z", 0x00f7_c53f);
    pen.ellipse(48.0, 20.0, 6.4, 4.6, 0x00fb_f8f0);
    pen.glaze("M 20 72 Q 50 98 80 72 Q 70 91 50 91 Q 30 91 20 72 Z", 0x0020_3050, 40);
}
