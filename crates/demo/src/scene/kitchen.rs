//! A table by a window in the evening.

use super::canvas::Pen;
use super::objects::{apple, book, clock, cup, key, lamp, teapot};
use super::{Scene, Thing};

pub(super) fn scene() -> Scene {
    Scene {
        name: "table",
        background,
        things: vec![
            Thing::asked(
                "lamp",
                lamp,
                (60.0, 130.0, 400.0),
                (16.0, 6.0, 68.0, 90.0),
                &[
                    ("lamp", 70.0),
                    ("table lamp", 15.0),
                    ("desk lamp", 6.0),
                    ("light", 6.0),
                    ("bedside lamp", 2.0),
                    ("lampshade", 2.0),
                ],
            ),
            Thing::asked(
                "clock",
                clock,
                (860.0, 300.0, 230.0),
                (10.0, 4.0, 80.0, 92.0),
                &[("clock", 52.0), ("alarm clock", 42.0), ("alarm", 4.0), ("watch", 1.5)],
            ),
            Thing::asked(
                "teapot",
                teapot,
                (460.0, 290.0, 300.0),
                (2.0, 18.0, 96.0, 72.0),
                &[("teapot", 66.0), ("tea pot", 12.0), ("kettle", 13.0), ("pot", 6.0), ("jug", 2.0)],
            ),
            Thing::asked(
                "cup",
                cup,
                (350.0, 480.0, 210.0),
                (6.0, 4.0, 88.0, 90.0),
                &[
                    ("cup", 49.0),
                    ("teacup", 15.0),
                    ("mug", 14.0),
                    ("tea cup", 6.0),
                    ("coffee cup", 9.0),
                    ("cup of tea", 4.0),
                    ("coffee", 2.0),
                    ("tea", 2.0),
                ],
            ),
            Thing::seen(apple, (745.0, 505.0, 130.0)),
            Thing::asked(
                "book",
                book,
                (890.0, 520.0, 240.0),
                (2.0, 22.0, 96.0, 58.0),
                &[("book", 86.0), ("books", 4.0), ("notebook", 5.0), ("diary", 2.5), ("novel", 1.5)],
            ),
            Thing::asked(
                "key",
                key,
                (610.0, 630.0, 170.0),
                (2.0, 28.0, 96.0, 44.0),
                &[("key", 95.0), ("old key", 2.0), ("house key", 1.5), ("lock", 0.5)],
            ),
        ],
    }
}

fn background(pen: &mut Pen<'_>) {
    pen.gradient(0.0, 0.0, 1200.0, 560.0, 0x00f3_e3cf, 0x00e9_d2b6);
    // The window: a frame, an evening sky, hills and a moon.
    pen.rect(430.0, 40.0, 400.0, 250.0, 0x00fd_faf4);
    pen.gradient(446.0, 56.0, 368.0, 218.0, 0x002b_3f78, 0x00f0_a88a);
    pen.circle(740.0, 108.0, 24.0, 0x00fb_f3d6);
    pen.fill("M 446 250 Q 540 200 640 240 Q 730 275 814 226 L 814 274 L 446 274 Z", 0x004a_4f78);
    pen.rect(624.0, 56.0, 12.0, 218.0, 0x00fd_faf4);
    pen.rect(446.0, 158.0, 368.0, 12.0, 0x00fd_faf4);
    pen.rect(414.0, 288.0, 432.0, 18.0, 0x00fd_faf4);
    // The table.
    pen.rect(0.0, 520.0, 1200.0, 280.0, 0x00b5_7c4c);
    pen.rect(0.0, 508.0, 1200.0, 14.0, 0x00cb_9360);
    for y in [590.0, 668.0, 742.0] {
        pen.line(&format!("M 0 {y} Q 400 {} 800 {y} Q 1000 {} 1200 {y}", y - 7.0, y + 6.0), 2.0, 0x009f_693d);
    }
}
