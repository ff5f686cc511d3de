use proptest::prelude::*;

use super::*;

/// Two triangles that one edge joins.
fn bow_tie() -> Graph {
    Graph::new(7, [(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (4, 5), (5, 3), (3, 5), (1, 1)])
}

#[test]
fn loops_and_double_edges_do_not_count() {
    let graph = bow_tie();
    assert_eq!((graph.nodes(), graph.edges(), graph.degree(3), graph.degree(6)), (7, 7, 3, 0));
}

#[test]
fn the_circles_of_two_triangles_are_the_triangles() {
    let found = communities(&bow_tie());
    assert_eq!(found.of_node, [0, 0, 0, 1, 1, 1, 2]);
    // Within each circle 3 of 7 edges and 7 of 14 ends: 2 · (3/7 - 1/4).
    assert!((found.modularity - 2.0 * (3.0 / 7.0 - 0.25)).abs() < 1e-15);
    assert!(modularity(&Graph::new(3, []), &[0, 1, 2]).abs() < 1e-15);
}

#[test]
fn near_is_who_shares_neighbours() {
    let graph = bow_tie();
    let near = nearest(&graph, 0, 5);
    assert_eq!(near.iter().map(|near| near.node).collect::<Vec<_>>(), [3]);
    assert!((near[0].adamic_adar - 1.0 / 3f64.ln()).abs() < 1e-15);
    assert_eq!(common_neighbours(&graph, 4, 2), 1);
    assert_eq!((adamic_adar(&graph, 0, 0), adamic_adar(&graph, 0, 6)), (0.0, 0.0));
}

#[test]
fn ranks_add_up_even_with_lonely_nodes() {
    let found = pagerank(&bow_tie(), 0.85, 1e-12);
    assert!(found.converged);
    assert!((found.ranks.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    assert!(found.ranks[3] > found.ranks[4] && found.ranks[4] > found.ranks[6]);
    assert!(pagerank(&Graph::new(0, []), 0.85, 1e-6).ranks.is_empty());
}

proptest! {
    #[test]
    fn whatever_the_graph_the_figures_are_in_their_range(
        edges in prop::collection::vec((0u32..12, 0u32..12), 0..40),
    ) {
        let graph = Graph::new(12, edges);
        let found = communities(&graph);
        prop_assert!((-0.5..1.0).contains(&found.modularity));
        prop_assert!(found.modularity >= modularity(&graph, &(0..12).collect::<Vec<_>>()) - 1e-12);
        let ranks = pagerank(&graph, 0.85, 1e-9);
        prop_assert!((ranks.ranks.iter().sum::<f64>() - 1.0).abs() < 1e-6);
        for near in nearest(&graph, 0, 12) {
            prop_assert!((near.adamic_adar - adamic_adar(&graph, near.node, 0)).abs() < 1e-12);
            prop_assert_eq!(near.common_neighbours, common_neighbours(&graph, 0, near.node));
        }
    }
}
