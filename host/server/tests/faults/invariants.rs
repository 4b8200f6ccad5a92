//! What must hold whenever a server has started: disk, database and API agree.

use std::collections::BTreeSet;

use marketplace_manifest::Digest;
use serde_json::Value;

use crate::server::Server;
use crate::world::{World, below};

/// Looks at everything that a caller and an operator can see.
pub async fn hold(world: &World, server: &Server) {
    let data = world.path();
    // Whatever the API shows as installed is there, to the byte, and in the registry.
    let installed = world.get(&server.address, "/api/v1/marketplace/installed").await;
    let registry = world.get(&server.address, "/api/v1/marketplace/notes/registry").await;
    let mut registered: Vec<_> =
        registry["entries"].as_array().unwrap().iter().map(|entry| text(&entry["slug"])).collect();
    registered.sort();
    let (mut slugs, mut named) = (Vec::new(), BTreeSet::new());
    for one in installed["installed"].as_array().unwrap() {
        slugs.push(text(&one["slug"]));
        let folder = data.join(one["folder"].as_str().unwrap());
        named.insert(text(&one["tree_sha256"]));
        let mut listed = BTreeSet::new();
        for file in one["files"].as_array().unwrap() {
            let path = text(&file["path"]);
            let bytes = std::fs::read(folder.join(&path)).unwrap_or_else(|error| panic!("{path}: {error}"));
            assert_eq!(Digest::of(&bytes).to_string(), file["sha256"], "{path}");
            listed.insert(path);
        }
        let on_disk = below(&folder).into_iter().filter(|path| folder.join(path).is_file());
        let on_disk: BTreeSet<_> = on_disk.map(|path| path.to_str().unwrap().to_owned()).collect();
        assert_eq!(on_disk, listed, "the tree has its files, and no others");
    }
    slugs.sort();
    assert_eq!(registered, slugs, "the registry has what is installed, and nothing else");
    // A tree is installed for somebody: whoever else is in this world has nothing.
    let trees: BTreeSet<_> =
        std::fs::read_dir(data.join("trees")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    let trees: BTreeSet<_> = trees.into_iter().map(|name| name.into_string().unwrap()).collect();
    assert_eq!(trees, named, "there is a tree for each row, and no other");
    // Every blob is what its name says. What no row names may wait for the sweep of a later start.
    for blob in below(&data.join("blobs/sha256")) {
        let path = data.join("blobs/sha256").join(&blob);
        if path.is_file() {
            let name = blob.file_name().unwrap().to_str().unwrap();
            assert_eq!(Digest::of(&std::fs::read(&path).unwrap()).to_string(), name, "a blob is whole");
        }
    }
}

/// There is no work in progress on the disk, but for what is removed just now.
pub async fn staging_is_empty(world: &World) {
    let staging = world.path().join("staging/work");
    for _ in 0..200 {
        if below(&staging).is_empty() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("staging is not empty: {:?}", below(&staging));
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
