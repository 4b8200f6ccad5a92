//! stub
use marketplace_adapter_sdk::prelude::*;
struct Themes;
impl Category for Themes {
    fn about() -> Description { Description{id:"themes".into(),singular:"theme".into(),name:"Themes".into(),description:"d".into(),icon:"".into(),free_install_cap:3} }
    fn grammar() -> Grammar { Grammar::new("x") }
    fn inspect(_: &Manifest, _: &Package) -> Result<Inspection, Vec<Finding>> { Ok(Inspection{needed:vec![],remarks:vec![]}) }
    fn install(_: &Manifest, _: &[Grant], p: &Package, i: &Item) -> Result<(), Vec<Finding>> { for e in p.entries() { i.place(&e.path,&e.path)?; } Ok(()) }
}
marketplace_adapter_sdk::export!(Themes);
