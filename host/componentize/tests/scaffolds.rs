//! What `marketplace adapter new` writes, in every language, made a component by the language's own tools.
//!
//! The projects stay in the target folder, so that what they need is installed once.
#![allow(clippy::unwrap_used)]

mod component;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use component::interface;
use marketplace_componentize::{BuildError, Language, Project, Step, adapter_of};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A project as it is written for the category `reading-lists`, in a folder of this name.
fn project(template: &str, folder: &str) -> PathBuf {
    let project = Path::new(env!("CARGO_TARGET_TMPDIR")).join("scaffolds").join(folder);
    copy(&root().join("host/server/templates/adapter").join(template), &project);
    if template == "rust" {
        copy(&root().join("adapters/sdk"), &project.join("marketplace/adapters/sdk"));
        copy(&root().join("wit/1.1"), &project.join("marketplace/wit/1.1"));
    } else {
        copy(&root().join("wit/1.1"), &project.join("wit"));
    }
    project
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            let text = fs::read_to_string(entry.path()).unwrap();
            let names = [
                ("{{name}}", "reading-lists"),
                ("{{package}}", "reading-lists"),
                ("{{singular}}", "reading-list"),
                ("{{title}}", "Reading lists"),
            ];
            fs::write(target, names.iter().fold(text, |text, (name, is)| text.replace(name, is))).unwrap();
        }
    }
}

/// The component, and what was heard on the way.
fn build(folder: &Path) -> Result<(Vec<u8>, Vec<Step>), BuildError> {
    let mut steps = Vec::new();
    let component = Project::open(folder)?.build(&mut |step| steps.push(step))?;
    Ok((component, steps))
}

/// A whole category, that imports nothing beyond the contract but what its language's runtime may.
fn assert_is_a_category(component: &[u8], of_the_runtime: &[&str]) {
    let (imports, mut exports) = interface(component);
    // componentize-py adds an export of its own, which nobody calls.
    exports.retain(|name| name != "exports");
    let whole = ["installer", "presenter", "validator"];
    assert_eq!(exports, whole.map(|name| format!("marketplace:category/{name}@1.1.0")));
    let ours = |name: &String| name.starts_with("marketplace:category/");
    let others: Vec<_> = imports.iter().filter(|name| !ours(name)).collect();
    assert!(
        others.iter().all(|name| of_the_runtime.iter().any(|its| name.starts_with(its))),
        "a category may not import {others:?}"
    );
}

#[test]
fn a_category_in_rust_imports_only_the_contract_and_passes_its_own_tests() {
    let folder = project("rust", "rust");
    let (component, _) = build(&folder).unwrap();
    assert_is_a_category(&component, &[]);
    let tested = Command::new(env!("CARGO")).args(["test", "--quiet"]).current_dir(folder).output().unwrap();
    assert!(tested.status.success(), "{}", String::from_utf8_lossy(&tested.stderr));
}

#[test]
fn a_category_in_c_imports_only_the_contract_and_is_the_same_wherever_it_is_built() {
    let (component, steps) = build(&project("c", "c/reading-lists")).unwrap();
    assert_is_a_category(&component, &[]);
    // Its compiler has nothing to say about it.
    assert_eq!(steps, [Step::Bindings, Step::Compiling]);
    let elsewhere = project("c", "c/elsewhere");
    assert_eq!(Project::open(&elsewhere).unwrap().name, "elsewhere");
    assert!(build(&elsewhere).unwrap().0 == component, "the folder is in the component");
}

#[test]
fn a_category_in_javascript_imports_no_network_and_what_it_needs_is_installed_once() {
    let folder = project("js", "js");
    let (component, _) = build(&folder).unwrap();
    let pure = ["wasi:cli/", "wasi:clocks/", "wasi:filesystem/", "wasi:io/", "wasi:random/"];
    assert_is_a_category(&component, &pure);

    // A mistake is found where it is, without another installation.
    fs::write(
        folder.join("adapter.js"),
        "import { nothing } from './missing.js';\nexport const x = nothing;\n",
    )
    .unwrap();
    let mut steps = Vec::new();
    let error = Project::open(&folder).unwrap().build(&mut |step| steps.push(step)).unwrap_err();
    assert_eq!(steps, [Step::Bundling]);
    assert!(matches!(error, BuildError::Tool { tool: "esbuild", .. }), "{error}");
    assert!(error.to_string().contains("adapter.js:1:"), "{error}");
    assert!(error.to_string().contains("missing.js"), "{error}");
}

#[test]
fn a_category_in_python_imports_only_the_contract_and_what_it_needs_is_installed_once() {
    let folder = project("python", "python");
    let (component, _) = build(&folder).unwrap();
    assert_is_a_category(&component, &[]);

    fs::write(folder.join("adapter.py"), "import nothing_of_this_name\n").unwrap();
    let mut steps = Vec::new();
    let error = Project::open(&folder).unwrap().build(&mut |step| steps.push(step)).unwrap_err();
    assert_eq!(steps, [Step::Compiling]);
    assert!(matches!(error, BuildError::Tool { tool: "componentize-py", .. }), "{error}");
    assert!(error.to_string().contains("nothing_of_this_name"), "{error}");
}

#[test]
fn a_mistake_in_c_is_found_where_it_is() {
    let folder = project("c", "c/mistaken");
    fs::write(folder.join("mistake.c"), "int mistake(void) { return nothing; }\n").unwrap();
    let error = build(&folder).unwrap_err();
    assert!(matches!(error, BuildError::Tool { tool: "clang", .. }), "{error}");
    assert!(error.to_string().contains("mistake.c:1:"), "{error}");

    fs::write(folder.join("mistake.c"), "static int unused(void) { return 1; }\n").unwrap();
    let (_, steps) = build(&folder).unwrap();
    assert!(matches!(steps.last(), Some(Step::Said(warning)) if warning.contains("unused")), "{steps:?}");
}

#[test]
fn c_that_reaches_for_a_system_is_told_what_to_do_without() {
    let folder = project("c", "c/printing");
    let source = fs::read_to_string(folder.join("adapter.c")).unwrap();
    let printing =
        source.replace("answer->free_install_cap = 5;", "answer->free_install_cap = 5; puts(\"here\");");
    fs::write(folder.join("adapter.c"), format!("#include <stdio.h>\n{printing}")).unwrap();
    let error = build(&folder).unwrap_err();
    assert!(matches!(error, BuildError::Encode { .. }), "{error}");
    assert!(error.to_string().contains("`printf`"), "{error}");
    assert!(error.to_string().contains("marketplace_category_log_log"), "{error}");
}

#[test]
fn a_module_with_the_contracts_types_becomes_the_same_component() {
    let folder = project("c", "c/module");
    let (component, _) = build(&folder).unwrap();
    let module = fs::read(folder.join("build/module.wasm")).unwrap();
    assert!(adapter_of(&module).unwrap() == component);
}

#[test]
fn a_folder_whose_name_no_component_could_have_is_refused() {
    let folder = project("c", "c/no name");
    let error = Project::open(&folder).unwrap_err();
    assert!(error.to_string().contains("`no name` is no name for a component"), "{error}");
}

#[test]
fn the_names_of_projects_are_those_that_they_say() {
    for (template, language) in
        [("rust", Language::Rust), ("js", Language::JavaScript), ("python", Language::Python)]
    {
        let project = Project::open(&project(template, &format!("names/{template}"))).unwrap();
        assert_eq!((project.language, project.name.as_str()), (language, "reading-lists"));
    }
}
