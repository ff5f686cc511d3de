//! A beach with a lighthouse.

use super::canvas::Pen;
use super::objects::{ball, boat, bucket, cloud, fish, lighthouse, sun, umbrella};
use super::{Scene, Thing};

pub(super) fn scene() -> Scene {
    Scene {
        name: "harbour",
        background,
        things: vec![
            Thing::seen(sun, (560.0, 30.0, 140.0)),
            Thing::seen(cloud, (180.0, 50.0, 230.0)),
            Thing::asked(
                "lighthouse",
                lighthouse,
                (850.0, 60.0, 380.0),
                (12.0, 2.0, 76.0, 94.0),
                &[("lighthouse", 90.0), ("light house", 4.0), ("tower", 4.0), ("beacon", 2.0)],
            ),
            Thing::asked(
                "boat",
                boat,
                (330.0, 130.0, 330.0),
                (6.0, 4.0, 88.0, 90.0),
                &[
                    ("boat", 38.0),
                    ("sailboat", 30.0),
                    ("sailing boat", 11.0),
                    ("ship", 9.0),
                    ("yacht", 7.0),
                    ("dinghy", 3.0),
                    ("sail boat", 4.0),
                ],
            ),
            Thing::asked(
                "fish",
                fish,
                (100.0, 330.0, 180.0),
                (4.0, 22.0, 92.0, 56.0),
                &[("fish", 84.0), ("goldfish", 12.0), ("carp", 1.5), ("orange fish", 2.0)],
            ),
            Thing::asked(
                "umbrella",
                umbrella,
                (640.0, 400.0, 330.0),
                (4.0, 10.0, 92.0, 86.0),
                &[
                    ("umbrella", 48.0),
                    ("parasol", 24.0),
                    ("beach umbrella", 16.0),
                    ("sunshade", 7.0),
                    ("sun umbrella", 4.0),
                ],
            ),
            Thing::asked(
                "bucket",
                bucket,
                (390.0, 560.0, 170.0),
                (14.0, 8.0, 72.0, 88.0),
                &[("bucket", 72.0), ("pail", 22.0), ("sand bucket", 3.0), ("tub", 1.0), ("container", 1.5)],
            ),
            Thing::asked(
                "ball",
                ball,
                (130.0, 590.0, 160.0),
                (8.0, 8.0, 84.0, 86.0),
                &[("ball", 55.0), ("beach ball", 38.0), ("beachball", 6.0), ("toy", 1.0)],
            ),
        ],
    }
}

fn background(pen: &mut Pen<'_>) {
    pen.gradient(0.0, 0.0, 1200.0, 380.0, 0x008f_ccf0, 0x00fd_eed8);
    pen.gradient(0.0, 370.0, 1200.0, 250.0, 0x003c_96c8, 0x007f_cfdc);
    for (x, y) in
        [(90.0, 430.0), (380.0, 465.0), (700.0, 420.0), (980.0, 470.0), (240.0, 520.0), (560.0, 505.0)]
    {
        let wave = format!(
            "M {x} {y} Q {} {} {} {y} Q {} {} {} {y}",
            x + 20.0,
            y - 9.0,
            x + 40.0,
            x + 60.0,
            y + 9.0,
            x + 80.0
        );
        pen.line(&wave, 3.0, 0x00bf_e7f0);
    }
    pen.fill("M 0 590 Q 300 540 620 585 Q 930 630 1200 570 L 1200 800 L 0 800 Z", 0x00f4_e4c2);
    pen.fill("M 0 618 Q 300 568 620 613 Q 930 658 1200 598 L 1200 800 L 0 800 Z", 0x00ec_d5a6);
    for at in 0..26_u8 {
        let step = f32::from(at);
        pen.circle((step * 173.0) % 1200.0, 660.0 + (step * 61.0) % 130.0, 2.2, 0x00d2_b782);
    }
}
