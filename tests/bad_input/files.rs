//! Files that researchers may send wrong, by REST.

use nameit_testkit::{Experiment, Sandbox, pictures};

async fn one_picture() -> (Sandbox, Experiment) {
    let sandbox = Sandbox::start().await;
    let experiment = sandbox.researcher("ana").await.experiment().picture("before").draft().await;
    (sandbox, experiment)
}

async fn nothing_was_lost(experiment: &Experiment) {
    let stimuli = experiment.get("stimuli").await.expect_ok().json();
    let keys: Vec<&str> =
        stimuli["stimuli"].as_array().into_iter().flatten().filter_map(|one| one["key"].as_str()).collect();
    assert_eq!(keys, ["before"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_non_image_named_png() {
    let (_sandbox, experiment) = one_picture().await;
    let client = &experiment.researcher.client;
    let files: [&[u8]; 4] =
        [b"I am a text", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG\r\n\x1a\nbroken", b""];
    for file in files {
        let refused =
            client.upload("PUT", &experiment.path("stimuli/fake"), "image/png", file.to_vec()).await;
        assert!(matches!(refused.status.as_u16(), 415 | 422), "{}: {}", refused.status, refused.text);
        let status = refused.status.as_u16();
        refused.expect_problem(status, "");
    }
    client
        .upload("PUT", &experiment.path("stimuli/fake"), "image/png", b"I am a text".to_vec())
        .await
        .expect_problem(415, "png");
    nothing_was_lost(&experiment).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_of_20000_by_20000_pixels() {
    let (_sandbox, experiment) = one_picture().await;
    let huge = pictures::flat_png(20_000, 20_000);
    assert!(huge.len() < 1_000_000, "a small file, so only its pixels are too many");
    let path = experiment.path("stimuli/huge");
    let refused = experiment.researcher.client.upload("PUT", &path, "image/png", huge).await;
    refused.expect_problem(422, "pixel");
    nothing_was_lost(&experiment).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_of_200_megabytes() {
    let (_sandbox, experiment) = one_picture().await;
    let path = experiment.path("stimuli/heavy");
    let heavy = vec![0x55; 200 * 1024 * 1024];
    let refused = experiment.researcher.client.upload("PUT", &path, "image/png", heavy).await;
    refused.expect_problem(413, "large");
    nothing_was_lost(&experiment).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manifest_with_a_missing_column() {
    let (_sandbox, experiment) = one_picture().await;
    let wrong = [
        ("name,question\nbefore,What?\n", "key"),
        ("key,target_x,target_y,target_width\nbefore,0.1,0.1,0.2\n", "target_height"),
        ("key,colour\nnew,#12345\n", "line 2"),
        ("key,colour\nnew,#123456,more\n", "line 2"),
    ];
    let path = experiment.path("manifest");
    for (manifest, part) in wrong {
        let client = &experiment.researcher.client;
        let refused = client.upload("POST", &path, "text/csv", manifest.as_bytes().to_vec()).await;
        refused.expect_problem(422, part);
    }
    nothing_was_lost(&experiment).await;
}
