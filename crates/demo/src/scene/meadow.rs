//! A house on a hill in summer.

use super::canvas::Pen;
use super::objects::{cat, cloud, flower, house, kite, mushroom, snail, sun, tree};
use super::{Scene, Thing};

pub(super) fn scene() -> Scene {
    Scene {
        name: "meadow",
        background,
        things: vec![
            Thing::seen(sun, (60.0, 30.0, 150.0)),
            Thing::seen(cloud, (470.0, 40.0, 220.0)),
            Thing::seen(cloud, (250.0, 90.0, 140.0)),
            Thing::asked(
                "house",
                house,
                (90.0, 215.0, 330.0),
                (9.0, 10.0, 82.0, 86.0),
                &[
                    ("house", 70.0),
                    ("cottage", 14.0),
                    ("home", 9.0),
                    ("hut", 4.0),
                    ("cabin", 3.0),
                    ("building", 2.0),
                ],
            ),
            Thing::asked(
                "tree",
                tree,
                (450.0, 190.0, 360.0),
                (14.0, 6.0, 72.0, 90.0),
                &[
                    ("tree", 62.0),
                    ("apple tree", 27.0),
                    ("fruit tree", 4.0),
                    ("cherry tree", 3.0),
                    ("oak", 1.5),
                ],
            ),
            Thing::asked(
                "kite",
                kite,
                (860.0, 40.0, 250.0),
                (16.0, 2.0, 68.0, 96.0),
                &[("kite", 92.0), ("dragon", 2.0), ("diamond", 1.5), ("flying kite", 2.0)],
            ),
            Thing::asked(
                "cat",
                cat,
                (845.0, 400.0, 210.0),
                (18.0, 6.0, 76.0, 90.0),
                &[("cat", 88.0), ("kitten", 5.0), ("kitty", 3.0), ("ginger cat", 3.0), ("tomcat", 1.0)],
            ),
            Thing::seen(flower, (690.0, 585.0, 150.0)),
            Thing::seen(flower, (60.0, 610.0, 130.0)),
            Thing::asked(
                "mushroom",
                mushroom,
                (250.0, 570.0, 190.0),
                (8.0, 14.0, 84.0, 82.0),
                &[
                    ("mushroom", 58.0),
                    ("toadstool", 19.0),
                    ("fly agaric", 8.0),
                    ("fungus", 6.0),
                    ("poisonous mushroom", 3.0),
                    ("amanita", 2.0),
                    ("red mushroom", 2.0),
                ],
            ),
            Thing::asked(
                "snail",
                snail,
                (490.0, 600.0, 160.0),
                (4.0, 18.0, 92.0, 70.0),
                &[("snail", 91.0), ("slug", 4.0), ("garden snail", 2.0), ("shell", 2.0)],
            ),
        ],
    }
}

fn background(pen: &mut Pen<'_>) {
    pen.gradient(0.0, 0.0, 1200.0, 560.0, 0x009c_d6f6, 0x00ea_f6fb);
    pen.fill("M 0 470 Q 260 330 620 440 Q 900 520 1200 400 L 1200 800 L 0 800 Z", 0x00b4_dc92);
    pen.fill("M 0 540 Q 330 440 720 560 Q 1000 630 1200 540 L 1200 800 L 0 800 Z", 0x0093_cb74);
    pen.fill("M 0 690 Q 420 610 800 690 Q 1040 730 1200 680 L 1200 800 L 0 800 Z", 0x007a_b85e);
}
