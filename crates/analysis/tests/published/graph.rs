//! Zachary's karate club, as networkx sees it.

use nameit_analysis::graph::{
    Graph, adamic_adar, common_neighbours, communities, modularity, nearest, pagerank,
};
use serde_json::Value;

use crate::data::{assert_printed, golden};

/// Those who stayed with the teacher, in the labels of networkx.
const WITH_THE_TEACHER: [usize; 17] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 16, 17, 19, 21];

/// The grouping into four with the highest modularity known (Brandes et al. 2008, On modularity clustering).
const BEST_FOUR: [&[usize]; 4] = [
    &[0, 1, 2, 3, 7, 11, 12, 13, 17, 19, 21],
    &[4, 5, 6, 10, 16],
    &[8, 9, 14, 15, 18, 20, 22, 26, 29, 30, 32, 33],
    &[23, 24, 25, 27, 28, 31],
];

fn club(karate: &Value) -> Graph {
    let edges: Vec<(u32, u32)> = serde_json::from_value(karate["edges"].clone()).unwrap();
    Graph::new(34, edges)
}

fn circles(groups: &[&[usize]]) -> Vec<u32> {
    let mut of_node = vec![u32::MAX; 34];
    for (circle, nodes) in (0..).zip(groups) {
        for &node in *nodes {
            of_node[node] = circle;
        }
    }
    assert!(!of_node.contains(&u32::MAX), "each node has a circle");
    of_node
}

#[test]
fn pagerank_is_that_of_networkx() {
    let Some(karate) = golden("karate") else { return };
    // The tolerance that they were printed with; the default of networkx, 1e-6, ends in the sixth digit.
    let ranks = pagerank(&club(&karate), 0.85, 1e-12);
    for (node, rank) in ranks.ranks.iter().enumerate() {
        let printed = &karate["networkx"]["pagerank"][node.to_string()];
        assert_printed(*rank, printed, &format!("rank of node {node}"));
    }
}

#[test]
fn nearness_is_that_of_networkx() {
    let Some(karate) = golden("karate") else { return };
    let graph = club(&karate);
    for row in karate["networkx"]["adamic_adar_top"].as_array().unwrap() {
        let node = |at: usize| row[at].as_u64().unwrap() as u32;
        assert_printed(adamic_adar(&graph, node(1), node(2)), &row[0], &format!("{row}"));
    }
    // The most near of all that have no edge between them.
    let best = (0..34).flat_map(|node| nearest(&graph, node, 1)).map(|near| near.adamic_adar);
    assert_printed(best.fold(0.0, f64::max), &karate["networkx"]["adamic_adar_top"][0][0], "the nearest");
    for row in karate["networkx"]["common_neighbours_of_node0"].as_array().unwrap() {
        let node = row[1].as_u64().unwrap() as u32;
        assert_eq!(common_neighbours(&graph, 0, node), row[0].as_u64().unwrap(), "node 0 and node {node}");
    }
}

#[test]
fn modularity_is_that_of_networkx() {
    let Some(karate) = golden("karate") else { return };
    let graph = club(&karate);
    let others: Vec<usize> = (0..34).filter(|node| !WITH_THE_TEACHER.contains(node)).collect();
    let factions = circles(&[&WITH_THE_TEACHER, &others]);
    let networkx = &karate["networkx"];
    assert_printed(modularity(&graph, &factions), &networkx["Q_factions"], "factions");
    assert_printed(modularity(&graph, &circles(&BEST_FOUR)), &networkx["Q_optimal"], "the best four circles");
    assert_printed(modularity(&graph, &circles(&BEST_FOUR)), &karate["published"]["Q_optimal"], "published");
    let greedy = communities(&graph);
    assert_printed(greedy.modularity, &networkx["Q_greedy"], "greedy circles");
    assert_printed(greedy.modularity, &karate["published"]["Q_greedy_CNM"], "published");
    assert_eq!(greedy.count, 3);
}
