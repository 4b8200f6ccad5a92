//! `build FOLDER FILE`: what `marketplace adapter build` does, without the rest of the program.

use marketplace_componentize::Project;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (folder, file) = (arguments.next().ok_or("which folder?")?, arguments.next().ok_or("which file?")?);
    let project = Project::open(folder.as_ref())?;
    std::fs::write(&file, project.build(&mut |step| eprintln!("{step}"))?)?;
    println!("{}: {file}", project.name);
    Ok(())
}
