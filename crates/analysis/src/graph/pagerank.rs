//! Who is central.

use super::Graph;

/// Importance of every node.
#[derive(Debug, Clone, PartialEq)]
pub struct PageRank {
    /// Share of the importance of each node; all together 1.
    pub ranks: Vec<f64>,
    /// How many rounds it took.
    pub rounds: u32,
    /// Whether the rounds ended because the ranks stood still.
    pub converged: bool,
}

/// Rounds after which it is given up.
const ROUNDS_MAX: u32 = 1000;

/// PageRank by rounds of passing importance on: `r = (1-d)/n + d Σ r_v / deg(v)` over the neighbours `v`.
///
/// Source: Brin & Page (1998), The anatomy of a large-scale hypertextual web search engine, with what nodes
/// without neighbours hold spread over all. Usual damping `d`: 0.85. Ends when the ranks of one round differ from
/// those before by less than `nodes · tolerance` in sum (networkx uses 1e-6).
pub fn pagerank(graph: &Graph, damping: f64, tolerance: f64) -> PageRank {
    let nodes = graph.nodes() as usize;
    let all = nodes as f64;
    let mut ranks = vec![1.0 / all; nodes];
    for round in 1..=ROUNDS_MAX {
        let lonely: f64 =
            (0..).zip(&ranks).filter(|(node, _)| graph.degree(*node) == 0).map(|(_, rank)| rank).sum();
        let base = (1.0 - damping + damping * lonely) / all;
        let next: Vec<f64> = (0..graph.nodes())
            .map(|node| {
                let passed: f64 = graph
                    .neighbours(node)
                    .iter()
                    .map(|&from| ranks[from as usize] / graph.degree(from) as f64)
                    .sum();
                base + damping * passed
            })
            .collect();
        let moved: f64 = ranks.iter().zip(&next).map(|(before, after)| (before - after).abs()).sum();
        ranks = next;
        if moved < all * tolerance {
            return PageRank { ranks, rounds: round, converged: true };
        }
    }
    PageRank { ranks, rounds: ROUNDS_MAX, converged: nodes == 0 }
}
