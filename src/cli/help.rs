//! `iamtui help`: of a command, or of a file that the user may write.

use clap::CommandFactory as _;

use super::output::Output;
use super::{Cli, Failure, Outcome};
use crate::base::error::Told;
use crate::base::nearest::nearest;
use crate::input::action::TABLE;
use crate::input::key;
use crate::theme::{MEANINGS, ROLES, depth};

/// Show the help of a command, or the format of `keys.toml` (`help keys`) and of themes (`help themes`)
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// A command such as `policy diff`, or `keys`, or `themes`
    topic: Vec<String>,
}

const KEYS: &str = "\
keys.toml: which key does what

The file is $XDG_CONFIG_HOME/iamtui/keys.toml (~/.config/iamtui/keys.toml).
Each line names an action and its keys; the first key is the one that the screen shows:

    down = [\"j\", \"down\"]
    quit = \"ctrl-x\"
    undo = []              # no key at all

A line replaces all default keys of its action. The other actions keep theirs.
A key is a character as it is typed (`j`, `G`, `/`) or one of these names:

    {names}, f1 to f24

with `ctrl-`, `alt-` and `shift-` before it: `ctrl-s`, `alt-.`, `shift-tab`.
A key that is given to two actions that are read at the same time is refused.
";

const THEMES: &str = "\
themes/NAME.toml: the colours

The file is $XDG_CONFIG_HOME/iamtui/themes/NAME.toml. `--theme NAME`, or `theme = \"NAME\"` in
config.toml, uses it. A file `dark.toml` or `light.toml` changes the theme of that name.

    inherit = \"dark\"              # what this file does not say comes from there
    ground = \"dark\"               # the ground that it is made for: dark or light

    [colors]                       # true colour, and the nearest of the terminal's sixteen
    blue = [\"#6cb6ff\", \"light-blue\"]
    night = [\"#1f4b7a\", \"blue\"]

    [roles]                        # [colour] [on colour] [bold dim italic underline reverse]...
    selection = \"blue on night bold\"
    muted = \"none\"               # the terminal's own colour

The names of the sixteen colours, which roles may use too:

    {names}, none
";

/// Runs the command.
pub fn run(args: &Args, out: &mut Output) -> Result<Outcome, Failure> {
    match args.topic.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["keys"] => keys(out),
        ["themes"] => themes(out),
        path => command(path, out)?,
    }
    Ok(Outcome::Fine)
}

fn keys(out: &mut Output) {
    out.text(&KEYS.replace("{names}", &key::names().collect::<Vec<_>>().join(", ")));
    out.text("The actions, with where their keys are read and their default keys:");
    let mut scope = None;
    for entry in TABLE {
        if scope != Some(entry.scope) {
            scope = Some(entry.scope);
            out.text(&format!("\n{}", entry.scope.title()));
        }
        out.text(&format!("    {:<18} {:<22} {}", entry.name, entry.keys, entry.help));
    }
}

fn themes(out: &mut Output) {
    out.text(&THEMES.replace("{names}", &depth::names().collect::<Vec<_>>().join(", ")));
    out.text("The roles:\n");
    for ((_, name, _), meaning) in ROLES.iter().zip(MEANINGS) {
        out.text(&format!("    {name:<18} {meaning}"));
    }
}

/// The help of a command, as `--help` shows it.
fn command(path: &[&str], out: &mut Output) -> Result<(), Failure> {
    let mut command = Cli::command();
    command.build();
    for name in path {
        let known: Vec<String> = command.get_subcommands().map(|known| known.get_name().to_owned()).collect();
        command = command.find_subcommand(name).cloned().ok_or_else(|| {
            let told = Told::new(format!("there is no command or topic `{name}`"));
            let meant = nearest(name, known.iter().map(String::as_str).chain(["keys", "themes"]));
            Failure::Usage(match meant {
                Some(meant) => told.hint(format!("Did you mean `{meant}`?")),
                None => told.hint("`iamtui help` lists the commands; `help keys` and `help themes` are topics."),
            })
        })?;
    }
    out.text(&command.render_long_help().to_string());
    Ok(())
}
