//! The spider data of the vignette of the R package iNEXT.

use nameit_analysis::norms::{Frequencies, Rarefaction, entropy_bits, perplexity, simpson_biased};

use crate::data::{assert_printed, golden};

#[test]
fn the_spider_data_come_out_to_all_printed_digits() {
    let Some(spider) = golden("spider") else { return };
    for (set, half) in [("Girdled", 84), ("Logged", 126)] {
        let counts: Vec<u64> = serde_json::from_value(spider["counts"][set].clone()).unwrap();
        let printed = &spider["published"][set];
        let frequencies = Frequencies::of(&counts);
        let whole = |field: &str| printed[field].as_u64().unwrap();
        assert_eq!(
            (frequencies.n, frequencies.types, frequencies.f1, frequencies.f2),
            (whole("n"), whole("S"), whole("f1"), whole("f2")),
            "{set}"
        );
        let check = |field: &str, figure: f64| assert_printed(figure, &printed[field], field);
        check("SC", frequencies.coverage().unwrap());
        check("chao1", frequencies.chao1().unwrap());
        check("expShannon_obs", perplexity(entropy_bits(&counts).unwrap()));
        check("invSimpson_obs", 1.0 / simpson_biased(&counts).unwrap());
        let rarefaction = Rarefaction::of(&counts).unwrap();
        check(&format!("rarefied_{half}"), rarefaction.types_at(half));
        check(&format!("SC_m{half}"), rarefaction.coverage_at(half));
    }
}
