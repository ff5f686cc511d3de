//! Houses, and what is in them.

use crate::scene::canvas::Pen;

pub(in crate::scene) fn house(pen: &mut Pen<'_>) {
    pen.shadow(50.0, 95.0, 42.0, 3.4);
    pen.rect(66.0, 14.0, 10.0, 24.0, 0x009c_5a44);
    pen.rect(64.5, 11.0, 13.0, 4.6, 0x0084_4836);
    pen.rect(18.0, 46.0, 64.0, 49.0, 0x00f8_eacf);
    pen.glaze("M 18 46 L 82 46 L 82 53 L 18 53 Z", 0x0060_4020, 40);
    pen.fill("M 10 49 L 50 13 L 90 49 Z", 0x00c8_553f);
    pen.line("M 10 49 L 50 13 L 90 49", 3.0, 0x00a5_402e);
    pen.circle(50.0, 36.0, 5.6, 0x00fb_f4e6);
    pen.circle(50.0, 36.0, 4.0, 0x008c_c8ea);
    pen.fill("M 42 95 L 42 70 Q 50 61 58 70 L 58 95 Z", 0x006a_4228);
    pen.circle(55.0, 82.0, 1.2, 0x00f3_cf6a);
    for x in [23.0, 64.0] {
        pen.rect(x - 1.5, 58.5, 16.0, 17.0, 0x00fd_f8ee);
        pen.rect(x, 60.0, 13.0, 14.0, 0x008c_c8ea);
        pen.rect(x + 5.8, 60.0, 1.4, 14.0, 0x00fd_f8ee);
        pen.rect(x, 66.2, 13.0, 1.4, 0x00fd_f8ee);
        pen.rect(x - 1.5, 75.5, 16.0, 4.0, 0x009c_5a44);
    }
}

pub(in crate::scene) fn lamp(pen: &mut Pen<'_>) {
    pen.glaze("M 30 50 L 70 50 L 96 95 L 4 95 Z", 0x00ff_eeb0, 60);
    pen.shadow(50.0, 95.0, 26.0, 3.0);
    pen.fill("M 46 50 Q 46 60 36 72 Q 30 86 44 90 L 56 90 Q 70 86 64 72 Q 54 60 54 50 Z", 0x003f_7f8c);
    pen.glaze("M 40 72 Q 36 82 44 88 Q 42 78 46 66 Z", 0x00ff_ffff, 90);
    pen.fill("M 32 90 L 68 90 L 70 96 L 30 96 Z", 0x008a_5a34);
    pen.fill("M 34 8 L 66 8 L 83 50 Q 50 56 17 50 Z", 0x00fb_dd8c);
    pen.glaze("M 34 8 L 42 8 L 34 53 Q 24 52 17 50 Z", 0x00d0_9830, 70);
    pen.fill("M 34 8 L 66 8 L 67.2 11 L 32.8 11 Z", 0x00d9_a848);
    pen.fill("M 18.4 46.4 Q 50 52.4 81.6 46.4 L 83 50 Q 50 56 17 50 Z", 0x00d9_a848);
}

pub(in crate::scene) fn cup(pen: &mut Pen<'_>) {
    for x in [38.0, 50.0, 62.0] {
        pen.line(&format!("M {x} 34 C {} 26 {} 20 {x} 10", x - 7.0, x + 7.0), 2.2, 0x00fb_f7f0);
    }
    pen.ellipse(48.0, 88.0, 42.0, 7.0, 0x009c_683e);
    pen.ellipse(48.0, 86.0, 42.0, 7.0, 0x00f8_f4ec);
    pen.ellipse(48.0, 85.0, 27.0, 4.0, 0x00e2_dacc);
    pen.line("M 76 52 C 98 46 98 76 68 74", 5.0, 0x004a_8fb4);
    pen.fill("M 18 44 Q 20 84 38 86 L 60 86 Q 78 84 80 44 Z", 0x005a_a4c8);
    pen.glaze("M 58 44 L 80 44 Q 78 84 60 86 L 54 86 Q 60 66 58 44 Z", 0x0008_3050, 50);
    for x in [30.0, 42.0, 54.0, 66.0] {
        pen.circle(x, 62.0, 3.2, 0x00fb_f7f0);
    }
    pen.ellipse(49.0, 44.0, 31.0, 7.0, 0x006f_b6d6);
    pen.ellipse(49.0, 45.0, 26.0, 5.0, 0x007a_441e);
}

pub(in crate::scene) fn teapot(pen: &mut Pen<'_>) {
    pen.shadow(50.0, 89.0, 34.0, 3.6);
    pen.line("M 74 44 C 100 38 100 78 70 76", 6.0, 0x00b8_4a5a);
    pen.fill("M 30 56 Q 14 58 12 36 L 3 34 Q 8 30 19 34 Q 22 46 34 46 Z", 0x00c2_5464);
    pen.ellipse(50.0, 61.0, 31.0, 28.0, 0x00d2_6270);
    pen.glaze("M 50 33 Q 82 36 80 62 Q 78 88 50 89 Q 70 78 68 58 Q 66 42 50 33 Z", 0x0040_0820, 50);
    pen.ellipse(50.0, 37.0, 19.0, 6.0, 0x00b8_4a5a);
    pen.fill("M 32 37 Q 36 26 50 26 Q 64 26 68 37 Q 50 42 32 37 Z", 0x00d2_6270);
    pen.circle(50.0, 23.0, 4.6, 0x00f7_d068);
    for at in 0..6_u8 {
        let (sin, cos) = (f32::from(at) * std::f32::consts::TAU / 6.0).sin_cos();
        pen.circle(44.0 + 8.0 * cos, 63.0 + 8.0 * sin, 4.2, 0x00fb_eadc);
    }
    pen.circle(44.0, 63.0, 4.0, 0x00f7_d068);
    pen.rect(36.0, 86.0, 28.0, 4.0, 0x00b8_4a5a);
}

pub(in crate::scene) fn clock(pen: &mut Pen<'_>) {
    pen.shadow(50.0, 95.0, 32.0, 3.0);
    pen.line("M 28 84 L 20 94 M 72 84 L 80 94", 5.0, 0x003a_465a);
    pen.line("M 50 8 L 50 18", 3.6, 0x003a_465a);
    pen.fill("M 14 32 Q 8 12 28 8 Q 38 8 42 16 Z", 0x00f0_b43c);
    pen.fill("M 86 32 Q 92 12 72 8 Q 62 8 58 16 Z", 0x00f0_b43c);
    pen.circle(50.0, 54.0, 38.0, 0x002f_8a7a);
    pen.circle(50.0, 54.0, 31.0, 0x00fd_f9ef);
    for at in 0..12_u8 {
        let (sin, cos) = (f32::from(at) * std::f32::consts::TAU / 12.0).sin_cos();
        let inner = if at % 3 == 0 { 23.0 } else { 26.0 };
        let tick = format!(
            "M {} {} L {} {}",
            50.0 + inner * cos,
            54.0 + inner * sin,
            50.0 + 28.0 * cos,
            54.0 + 28.0 * sin
        );
        pen.line(&tick, 1.8, 0x003a_465a);
    }
    pen.line("M 50 54 L 38 44", 3.4, 0x003a_465a);
    pen.line("M 50 54 L 62 36", 2.6, 0x003a_465a);
    pen.line("M 50 54 L 52 76", 1.2, 0x00d2_3b3b);
    pen.circle(50.0, 54.0, 2.8, 0x00d2_3b3b);
}

pub(in crate::scene) fn apple(pen: &mut Pen<'_>) {
    pen.shadow(50.0, 93.0, 32.0, 4.0);
    pen.fill(
        "M 50 32 C 30 18 8 30 10 56 C 12 82 32 98 50 90 C 68 98 88 82 90 56 C 92 30 70 18 50 32 Z",
        0x008f_c04a,
    );
    pen.glaze("M 60 32 C 80 26 92 40 90 56 C 88 82 68 98 50 90 C 74 84 82 52 60 32 Z", 0x003a_6810, 70);
    pen.line("M 50 33 Q 50 18 56 10", 3.6, 0x006a_4228);
    pen.fill("M 54 22 Q 62 6 80 12 Q 74 28 54 22 Z", 0x004b_8b3b);
    pen.glaze("M 22 44 Q 26 32 36 32 Q 28 40 26 54 Z", 0x00ff_ffff, 130);
}

pub(in crate::scene) fn book(pen: &mut Pen<'_>) {
    pen.glaze("M 6 76 L 76 84 L 98 74 L 90 70 Z", 0x0020_1008, 60);
    pen.fill("M 4 60 L 30 40 L 97 48 L 76 70 Z", 0x006a_3f8a);
    pen.fill("M 4 60 L 76 70 L 76 80 L 4 70 Z", 0x00fb_f4e4);
    pen.fill("M 76 70 L 97 48 L 97 58 L 76 80 Z", 0x00ee_e2c8);
    pen.line("M 6 64 L 75 74 M 6 67 L 75 77", 0.8, 0x00cf_c0a0);
    pen.fill(
        "M 4 70 L 76 80 L 97 58 L 97 61 L 76 83.5 L 3 73.5 Q 0 66 4 60 L 6 60.4 Q 3 66 4 70 Z",
        0x0055_2f72,
    );
    pen.fill("M 4 56 L 30 36 L 97 44 L 76 66 Z", 0x007d_50a2);
    pen.fill("M 34 45 L 76 50 L 66 58 L 25 53 Z", 0x00f3_cf6a);
    pen.line("M 40 48.5 L 66 51.6 M 36 51.4 L 60 54.4", 1.4, 0x007d_50a2);
    pen.fill("M 84 46 L 88 44 L 88 26 L 84 30 Z", 0x00d2_3b3b);
}

pub(in crate::scene) fn key(pen: &mut Pen<'_>) {
    pen.glaze("M 8 60 Q 30 78 60 62 L 96 62 L 96 66 L 60 67 Q 26 82 8 64 Z", 0x0020_1008, 60);
    pen.line("M 40 50 L 92 50", 6.0, 0x00d9_a83c);
    pen.line("M 80 52 L 80 64 M 90 52 L 90 66", 5.0, 0x00d9_a83c);
    pen.line("M 10 50 C 10 26 44 26 44 50 C 44 74 10 74 10 50 Z", 7.0, 0x00d9_a83c);
    pen.line("M 12 46 C 14 32 34 30 40 42", 2.0, 0x00f7_d984);
    pen.line("M 48 48.6 L 90 48.6", 1.6, 0x00f7_d984);
    pen.line("M 50 45 L 50 55 M 55 45 L 55 55", 2.6, 0x00b8_8628);
}
