//! Plots as files: well-formed, labelled, of the size promised, and as they were looked at.

use image::GenericImageView as _;
use resvg::usvg::roxmltree::{Document, Node};

use super::samples;
use crate::{Plot, STYLE, Theme};

fn parse(xml: &str) -> Document<'_> {
    Document::parse(xml).unwrap_or_else(|error| panic!("{error}\n{xml}"))
}

fn labels_of<'a>(document: &'a Document<'_>, svg: Node<'a, '_>) -> Vec<String> {
    svg.attribute("aria-labelledby")
        .unwrap()
        .split(' ')
        .map(|id| document.descendants().find(|node| node.attribute("id") == Some(id)).unwrap())
        .map(|node| node.text().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn every_plot_looks_as_it_did_when_it_was_looked_at() {
    for (name, plot) in samples::all() {
        if name.contains("__") {
            insta::assert_snapshot!(name, plot.svg(Theme::Light));
            continue;
        }
        for theme in [Theme::Auto, Theme::Light, Theme::Dark] {
            insta::assert_snapshot!(format!("{name}_{theme:?}").to_lowercase(), plot.svg(theme));
        }
        insta::assert_snapshot!(format!("{name}_inline"), plot.inline());
    }
    for (name, plot) in samples::empty() {
        insta::assert_snapshot!(format!("{name}_empty"), plot.svg(Theme::Light));
    }
}

#[test]
fn every_plot_is_labelled_for_screen_readers() {
    for (name, plot) in samples::all().into_iter().chain(samples::empty()) {
        for theme in [Theme::Auto, Theme::Light, Theme::Dark] {
            let svg = plot.svg(theme);
            let document = parse(&svg);
            let root = document.root_element();
            assert_eq!(root.attribute("role"), Some("img"), "{name}");
            assert_eq!(labels_of(&document, root), [&*plot.title, &*plot.description], "{name}");
            assert!(!plot.description.is_empty(), "{name}");
        }
    }
}

#[test]
fn several_plots_of_a_page_have_ids_of_their_own() {
    let plots = samples::all();
    let page = format!("<main>{}</main>", plots.iter().map(|(_, plot)| plot.inline()).collect::<String>());
    let document = parse(&page);
    let mut ids: Vec<&str> = document.descendants().filter_map(|node| node.attribute("id")).collect();
    assert_eq!(ids.len(), plots.len() * 4, "title and description of both layouts");
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), plots.len() * 4);
}

#[test]
fn every_class_of_a_plot_in_a_page_is_styled_and_nothing_else_is_colour() {
    for (name, plot) in samples::all() {
        let inline = plot.inline();
        let document = parse(&inline);
        for node in document.descendants() {
            for class in node.attribute("class").unwrap_or_default().split_whitespace() {
                assert!(STYLE.contains(&format!(".{class}")), "{name}: {class}");
            }
            assert_eq!(node.attribute("style"), None, "the pages' policy forbids inline style");
            assert!(node.tag_name().name() != "style" && node.tag_name().name() != "script");
        }
    }
}

#[test]
fn a_png_has_the_size_promised() {
    for (name, plot) in samples::all().into_iter().chain(samples::empty()) {
        for (theme, scale) in [(Theme::Light, 1.0), (Theme::Dark, 2.0)] {
            let picture = image::load_from_memory(&plot.png(theme, scale).unwrap()).unwrap();
            let promised = [plot.width(), plot.height()].map(|length| (length.ceil() * scale).round() as u32);
            assert_eq!(picture.dimensions(), promised.into(), "{name}");
            let ground = picture.get_pixel(0, 0).0;
            assert_eq!(ground, if theme == Theme::Dark { [0x1c, 0x1e, 0x25, 255] } else { [255; 4] });
            let other = picture.pixels().filter(|(_, _, pixel)| pixel.0 != ground).count();
            assert!(other > 500, "{name}: something is drawn");
        }
    }
}

#[test]
fn a_scale_out_of_range_is_refused() {
    let (_, plot) = samples::all().remove(0);
    for scale in [0.0, -1.0, 8.5, f64::NAN, f64::INFINITY] {
        assert!(plot.png(Theme::Light, scale).is_err(), "{scale}");
    }
}

#[test]
fn text_of_a_png_needs_no_font_of_the_system() {
    let letters = |name: &str| {
        let mut plot = Plot::new(name, String::new(), |width| crate::frame::nothing(width, "x"));
        plot.description.clear();
        image::load_from_memory(&plot.png(Theme::Light, 1.0).unwrap()).unwrap().to_luma8().into_raw()
    };
    let drawn = ["cup", "mug", "чашка", "κούπα"].map(letters);
    for (place, one) in drawn.iter().enumerate() {
        assert!(
            drawn[..place].iter().all(|other| other != one),
            "each name is drawn with letters of its own"
        );
    }
}

/// Writes every sample as PNG for the eye: `PLOTS_TO=folder cargo test -p nameit-plots write_samples -- --ignored`.
#[test]
#[ignore = "writes pictures for the eye"]
fn write_samples() {
    let folder = std::path::PathBuf::from(std::env::var_os("PLOTS_TO").unwrap());
    std::fs::create_dir_all(&folder).unwrap();
    for (name, plot) in samples::all() {
        for theme in [Theme::Light, Theme::Dark] {
            let file = folder.join(format!("{name}_{theme:?}.png").to_lowercase());
            std::fs::write(file, plot.png(theme, 1.5).unwrap()).unwrap();
        }
        let narrow = plot.narrowed();
        std::fs::write(folder.join(format!("{name}_narrow.png")), narrow.png(Theme::Light, 1.5).unwrap())
            .unwrap();
    }
    for (name, plot) in samples::empty() {
        std::fs::write(folder.join(format!("{name}_empty.png")), plot.png(Theme::Light, 1.0).unwrap())
            .unwrap();
    }
}
