//! The command `nameit`: reads its arguments and runs the subcommand.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use nameit::{backup, bench, demo, healthcheck, migrate, restore, up};

/// Picture and colour naming: ask, collect, and watch the norms come in.
///
/// Without a command it starts NameIT, like `nameit up`.
#[derive(Debug, Parser)]
#[command(name = "nameit", version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    up: up::Args,
}

#[derive(Debug, Subcommand)]
enum Command {
    Up(Box<up::Args>),
    #[command(flatten)]
    Offline(nameit_offline::Command),
    Demo(demo::Args),
    Bench(bench::Args),
    Backup(backup::Args),
    Restore(restore::Args),
    Migrate(Box<migrate::Args>),
    Healthcheck(healthcheck::Args),
}

fn main() -> ExitCode {
    let Cli { command, up } = Cli::parse();
    let outcome = match command {
        None => up::run(up),
        Some(Command::Up(args)) => up::run(*args),
        Some(Command::Offline(command)) => command.run(),
        Some(Command::Demo(args)) => demo::run(&args),
        Some(Command::Bench(args)) => bench::run(&args),
        Some(Command::Backup(args)) => backup::run(&args),
        Some(Command::Restore(args)) => restore::run(&args),
        Some(Command::Migrate(args)) => migrate::run(&args),
        Some(Command::Healthcheck(args)) => healthcheck::run(&args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn without_a_command_it_is_up() {
        let cli = Cli::try_parse_from(["nameit", "--listen", "127.0.0.1:9"]).unwrap();
        assert!(cli.command.is_none());
        assert!(matches!(Cli::try_parse_from(["nameit", "up"]).unwrap().command, Some(Command::Up(_))));
    }

    #[test]
    fn every_flag_has_its_variable() {
        let command = Cli::command();
        let mut commands = vec![&command];
        while let Some(command) = commands.pop() {
            commands.extend(command.get_subcommands());
            for argument in command.get_arguments().filter(|argument| argument.get_long().is_some()) {
                let is_builtin = matches!(argument.get_id().as_str(), "help" | "version");
                let variable = argument.get_env().and_then(|name| name.to_str()).unwrap_or_default();
                assert!(
                    is_builtin || variable.starts_with("NAMEIT_"),
                    "--{} of `{}` has no NAMEIT_ variable",
                    argument.get_long().unwrap(),
                    command.get_name()
                );
            }
        }
    }
}
