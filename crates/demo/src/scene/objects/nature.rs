//! What grows, lives and shines.

use crate::scene::canvas::Pen;

pub(in crate::scene) fn sun(pen: &mut Pen<'_>) {
    for at in 0..12_u8 {
        let angle = f32::from(at) * std::f32::consts::TAU / 12.0;
        let (sin, cos) = angle.sin_cos();
        let ray = format!(
            "M {} {} L {} {}",
            50.0 + 34.0 * cos,
            50.0 + 34.0 * sin,
            50.0 + 45.0 * cos,
            50.0 + 45.0 * sin
        );
        pen.line(&ray, 4.0, 0x00f9_c846);
    }
    pen.circle(50.0, 50.0, 27.0, 0x00fd_d65c);
    pen.circle(46.0, 46.0, 20.0, 0x00fe_e07c);
}

pub(in crate::scene) fn cloud(pen: &mut Pen<'_>) {
    pen.ellipse(50.0, 66.0, 45.0, 9.0, 0x00e3_eff7);
    pen.circle(28.0, 56.0, 17.0, 0x00ff_ffff);
    pen.circle(50.0, 47.0, 22.0, 0x00ff_ffff);
    pen.circle(72.0, 56.0, 17.0, 0x00ff_ffff);
    pen.ellipse(50.0, 62.0, 44.0, 10.0, 0x00ff_ffff);
}

pub(in crate::scene) fn tree(pen: &mut Pen<'_>) {
    pen.shadow(50.0, 94.0, 30.0, 4.0);
    pen.fill("M 44 95 Q 47 76 43 56 L 57 56 Q 53 76 58 95 Z", 0x008a_5a34);
    pen.line("M 49 66 Q 42 58 34 54", 3.5, 0x008a_5a34);
    pen.line("M 52 64 Q 60 56 66 53", 3.5, 0x008a_5a34);
    for (x, y, radius) in
        [(32.0, 46.0, 17.0), (68.0, 46.0, 17.0), (50.0, 52.0, 18.0), (38.0, 28.0, 18.0), (62.0, 28.0, 18.0)]
    {
        pen.circle(x, y, radius, 0x004b_9a48);
    }
    for (x, y, radius) in [(36.0, 34.0, 15.0), (58.0, 24.0, 15.0), (54.0, 42.0, 14.0)] {
        pen.circle(x, y, radius, 0x005f_b058);
    }
    for (x, y) in
        [(28.0, 46.0), (44.0, 30.0), (62.0, 36.0), (72.0, 50.0), (50.0, 56.0), (58.0, 18.0), (34.0, 22.0)]
    {
        pen.circle(x, y, 3.4, 0x00d9_362f);
        pen.circle(x - 1.0, y - 1.1, 1.0, 0x00f6_9a8c);
    }
}

pub(in crate::scene) fn flower(pen: &mut Pen<'_>) {
    pen.line("M 50 96 Q 46 72 50 46", 4.0, 0x004b_8b3b);
    pen.fill("M 49 80 Q 26 78 24 62 Q 44 62 49 80 Z", 0x005f_a84c);
    pen.fill("M 49 72 Q 70 70 74 56 Q 54 56 49 72 Z", 0x005f_a84c);
    for at in 0..7_u8 {
        let (sin, cos) = (f32::from(at) * std::f32::consts::TAU / 7.0).sin_cos();
        pen.circle(50.0 + 16.0 * cos, 32.0 + 16.0 * sin, 10.0, 0x00f0_7fa8);
    }
    pen.circle(50.0, 32.0, 11.0, 0x00fb_cf4d);
    pen.circle(48.0, 30.0, 6.0, 0x00fd_df84);
}

pub(in crate::scene) fn mushroom(pen: &mut Pen<'_>) {
    pen.shadow(50.0, 93.0, 34.0, 4.0);
    pen.fill("M 38 52 Q 42 74 34 93 L 66 93 Q 58 74 62 52 Z", 0x00f6_ead6);
    pen.glaze("M 54 52 Q 54 76 56 93 L 66 93 Q 58 74 62 52 Z", 0x00b8_9a70, 90);
    pen.fill("M 36 60 Q 50 70 64 60 L 66 68 Q 50 78 34 68 Z", 0x00ff_f8ea);
    pen.fill("M 9 56 C 10 26 30 15 50 15 C 70 15 90 26 91 56 Q 50 70 9 56 Z", 0x00d6_2c2c);
    pen.glaze("M 20 50 C 22 32 34 22 50 20 C 34 28 28 40 28 55 Z", 0x00ff_ffff, 60);
    for (x, y, across, down) in [
        (34.0, 32.0, 6.0, 5.0),
        (56.0, 26.0, 5.0, 4.0),
        (70.0, 42.0, 6.5, 5.5),
        (46.0, 48.0, 6.0, 5.0),
        (22.0, 50.0, 4.0, 4.0),
        (82.0, 54.0, 3.4, 3.4),
    ] {
        pen.ellipse(x, y, across, down, 0x00fd_f6ec);
    }
}

pub(in crate::scene) fn snail(pen: &mut Pen<'_>) {
    pen.shadow(50.0, 86.0, 44.0, 3.5);
    pen.fill(
        "M 6 86 Q 12 76 30 76 L 70 76 Q 76 66 76 50 Q 77 40 85 40 Q 95 41 94 54 Q 92 82 76 86 Z",
        0x00d9_b586,
    );
    pen.line("M 82 42 L 78 24", 2.2, 0x00d9_b586);
    pen.line("M 88 42 L 92 25", 2.2, 0x00d9_b586);
    pen.circle(78.0, 23.0, 2.8, 0x003a_2c22);
    pen.circle(92.0, 24.0, 2.8, 0x003a_2c22);
    pen.line("M 86 60 Q 90 62 92 58", 1.6, 0x008a_633c);
    pen.circle(45.0, 53.0, 30.0, 0x00b4_6a3c);
    pen.circle(46.0, 55.0, 25.0, 0x00c9_804c);
    pen.line(
        "M 71 60 C 70 34 30 28 24 54 C 21 76 54 82 60 60 C 63 44 40 40 37 55 C 36 66 51 68 51 58",
        3.4,
        0x008c_4c28,
    );
}

pub(in crate::scene) fn cat(pen: &mut Pen<'_>) {
    pen.shadow(54.0, 94.0, 34.0, 3.6);
    pen.line("M 74 86 C 98 88 96 62 86 52", 7.0, 0x00d9_8236);
    pen.line("M 88 58 C 87 55 87 53 86 52", 7.0, 0x00f6_e6d2);
    pen.fill("M 28 94 C 20 60 36 48 52 48 C 70 48 84 62 78 94 Z", 0x00e2_9244);
    pen.ellipse(52.0, 80.0, 13.0, 15.0, 0x00f8_e8d4);
    pen.fill("M 27 32 L 25 7 L 45 20 Z", 0x00e2_9244);
    pen.fill("M 77 32 L 79 7 L 59 20 Z", 0x00e2_9244);
    pen.fill("M 30 25 L 29 14 L 38 20 Z", 0x00f2_b8a0);
    pen.fill("M 74 25 L 75 14 L 66 20 Z", 0x00f2_b8a0);
    pen.ellipse(52.0, 35.0, 27.0, 22.0, 0x00e9_9c4e);
    pen.ellipse(52.0, 44.0, 13.0, 9.5, 0x00f8_e8d4);
    for stripe in
        ["M 52 14 L 52 23", "M 44 15 L 45 22", "M 60 15 L 59 22", "M 26 36 L 33 37", "M 78 36 L 71 37"]
    {
        pen.line(stripe, 2.6, 0x00bf_6c24);
    }
    pen.ellipse(42.0, 33.0, 4.4, 5.2, 0x00f4_f2c8);
    pen.ellipse(62.0, 33.0, 4.4, 5.2, 0x00f4_f2c8);
    pen.ellipse(42.0, 33.5, 2.0, 4.4, 0x0026_2222);
    pen.ellipse(62.0, 33.5, 2.0, 4.4, 0x0026_2222);
    pen.fill("M 48.5 40 L 55.5 40 L 52 44 Z", 0x00d8_6e6e);
    pen.line("M 52 44 Q 51 48 46 47", 1.3, 0x007a_4028);
    pen.line("M 52 44 Q 53 48 58 47", 1.3, 0x007a_4028);
    for whisker in ["M 38 43 L 20 40", "M 38 46 L 21 48", "M 66 43 L 84 40", "M 66 46 L 83 48"] {
        pen.line(whisker, 0.9, 0x00fd_f4e8);
    }
    pen.ellipse(40.0, 93.0, 9.0, 4.5, 0x00f8_e8d4);
    pen.ellipse(64.0, 93.0, 9.0, 4.5, 0x00f8_e8d4);
}
