//! Carries out a script of the AWS CLI: as much of bash as such a script has.

use std::collections::BTreeMap;

use iamtui::api::{Kind, Operation, Service, cli_name, model};
use iamtui::plan::Call;
use serde_json::{Map, Value};

use super::Place;

/// Runs a script to its end.
pub fn run(place: &Place, script: &str) {
    let mut shell = Shell { place, variables: BTreeMap::new() };
    for words in commands(script) {
        shell.command(&words, script);
    }
}

/// A word with the places of its variables: text and names by turns.
type Word = Vec<Part>;

#[derive(Debug, Clone, PartialEq)]
enum Part {
    Text(String),
    Variable(String),
    /// What another command answers.
    Answer(Vec<Word>),
}

struct Shell<'p> {
    place: &'p Place,
    variables: BTreeMap<String, String>,
}

impl Shell<'_> {
    fn text(&mut self, word: &Word) -> String {
        word.iter()
            .map(|part| match part {
                Part::Text(text) => text.clone(),
                Part::Variable(name) => {
                    self.variables.get(name).cloned().unwrap_or_else(|| panic!("${name} is not set"))
                }
                Part::Answer(words) => self.aws(words),
            })
            .collect()
    }

    fn command(&mut self, words: &[Word], script: &str) {
        let plain: Vec<String> = words.iter().map(plain).collect();
        match plain.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["set" | "printf", ..] => {}
            // What a person types; a question that only waits sets `_`.
            ["read", _, prompt, name, ..] => {
                let parameter = prompt.split(' ').find(|word| !["file", "of"].contains(word)).unwrap_or_default();
                let typed = self.place.typed(parameter.trim_end_matches(':'));
                self.variables.insert((*name).to_owned(), typed);
            }
            ["IFS=\t", "read", "-r", names @ .., "<<<"] | ["IFS=\t", "read", "-r", names @ .., "<<<", _] => {
                let answer = self.variables["ANSWER"].clone();
                for (name, value) in names.iter().zip(answer.split('\t')) {
                    self.variables.insert((*name).to_owned(), value.to_owned());
                }
            }
            [first, ..] if first.starts_with("ANSWER=") => {
                let answer = self.text(&words[0]);
                self.variables.insert("ANSWER".to_owned(), answer.trim_start_matches("ANSWER=").to_owned());
            }
            ["aws", ..] => drop(self.aws(words)),
            other => panic!("no such command: {other:?} in\n{script}"),
        }
    }

    /// Sends a command of the CLI; gives what its query asks for, as text.
    fn aws(&mut self, words: &[Word]) -> String {
        let texts: Vec<String> = words.iter().map(|word| self.text(word)).collect();
        let [_, service, command, rest @ ..] = texts.as_slice() else { panic!("no command: {texts:?}") };
        assert_eq!(service, "iam");
        let named = |operation: &&iamtui::api::OperationModel| {
            operation.service == Service::Iam && cli_name(&operation.name) == *command
        };
        let known = model().operations().iter().find(named).unwrap_or_else(|| panic!("no command {command}"));
        let mut input = Map::new();
        let (mut query, mut options) = (String::new(), Vec::new());
        let mut rest = rest.iter().map(String::as_str).peekable();
        while let Some(option) = rest.next() {
            let (option, own) = option.split_once('=').map_or((option, None), |(name, value)| (name, Some(value)));
            let mut values: Vec<&str> = own.into_iter().collect();
            while own.is_none() && rest.peek().is_some_and(|next| !next.starts_with("--")) {
                values.extend(rest.next());
            }
            let name = option.strip_prefix("--").unwrap_or_else(|| panic!("no option: {option}"));
            options.push(name);
            match name {
                // The CLI writes the secret of a device to a file, and asks for that.
                "outfile" | "bootstrap-method" if command == "create-virtual-mfa-device" => {}
                "query" => values[0].clone_into(&mut query),
                "output" => assert_eq!(values, ["text"]),
                "cli-input-json" => {
                    let whole: Map<String, Value> = serde_json::from_str(values[0]).unwrap();
                    input.extend(whole);
                }
                _ => {
                    let (member, value) = parameter(known, name, &values);
                    input.insert(member, value);
                }
            }
        }
        let has_file = ["outfile", "bootstrap-method"].iter().all(|name| options.contains(name));
        assert!(has_file || command != "create-virtual-mfa-device", "the CLI asks for a file: {texts:?}");
        let operation = Operation::named(Service::Iam, &known.name).unwrap();
        let gives = self.place.send(&Call::with_input(operation, input));
        let asked = query.trim_matches(['[', ']']).split(',').filter(|path| !path.is_empty());
        let text = |path| gives[path].as_str().unwrap_or_default().to_owned();
        asked.map(text).collect::<Vec<_>>().join("\t")
    }
}

/// A parameter by the name of its option, with the value in its shape.
fn parameter(operation: &iamtui::api::OperationModel, option: &str, values: &[&str]) -> (String, Value) {
    let members = &operation.input().members;
    let positive = option.strip_prefix("no-").filter(|_| values.is_empty());
    let wanted = positive.unwrap_or(option);
    let member = members.iter().find(|member| cli_name(&member.name) == wanted);
    let member = member.unwrap_or_else(|| panic!("{} has no --{option}", operation.name));
    let value = match &model().shape(member.shape).kind {
        Kind::Boolean => Value::Bool(positive.is_none()),
        Kind::Integer { .. } => values[0].parse::<i64>().unwrap().into(),
        Kind::List(_) if values[0].starts_with('[') => serde_json::from_str(values[0]).unwrap(),
        Kind::List(_) => values.iter().copied().map(Value::from).collect(),
        _ => values[0].strip_prefix("file://").unwrap_or(values[0]).into(),
    };
    (member.name.clone(), value)
}

/// The text of a word before its variables are filled in.
fn plain(word: &Word) -> String {
    word.iter().map(|part| if let Part::Text(text) = part { text.as_str() } else { "" }).collect()
}

/// The commands of a script, each as its words; what follows `&&` on the line is left out.
fn commands(script: &str) -> Vec<Vec<Word>> {
    let mut reader = Reader { rest: script };
    let mut commands = Vec::new();
    while let Some(words) = reader.line() {
        let end = words.iter().position(|word| plain(word) == "&&").unwrap_or(words.len());
        if end > 0 {
            commands.push(words[..end].to_vec());
        }
    }
    commands
}

struct Reader<'s> {
    rest: &'s str,
}

impl Reader<'_> {
    fn take(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let ch = chars.next()?;
        self.rest = chars.as_str();
        Some(ch)
    }

    /// What comes before the first of these, which stays.
    fn before(&mut self, ends: impl Fn(char) -> bool) -> String {
        let (text, rest) = self.rest.split_at(self.rest.find(ends).unwrap_or(self.rest.len()));
        self.rest = rest;
        text.to_owned()
    }

    /// The words up to the end of the line, or of the command in parentheses.
    fn line(&mut self) -> Option<Vec<Word>> {
        if self.rest.is_empty() {
            return None;
        }
        let (mut words, mut word): (Vec<Word>, Option<Word>) = (Vec::new(), None);
        loop {
            let ch = self.take();
            match ch {
                None | Some('\n' | ')') => break,
                Some('#') if word.is_none() => {
                    self.before(|ch| ch == '\n');
                }
                Some(' ') => words.extend(word.take()),
                Some('<') if self.rest.starts_with("<<") => {
                    self.rest = self.rest.trim_start_matches('<');
                    words.extend(word.take());
                    words.push(vec![Part::Text("<<<".to_owned())]);
                }
                Some(ch) => self.part(ch, word.get_or_insert_default()),
            }
        }
        words.extend(word);
        Some(words)
    }

    fn part(&mut self, ch: char, word: &mut Word) {
        match ch {
            '\'' => word.push(Part::Text(self.until('\''))),
            '"' => self.in_quotes(word),
            '\\' => word.extend(self.take().map(|ch| Part::Text(ch.to_string()))),
            '$' if self.rest.starts_with('\'') => {
                self.take();
                word.push(Part::Text(self.escaped()));
            }
            '$' if self.rest.starts_with('(') => {
                self.take();
                word.push(Part::Answer(self.line().unwrap_or_default()));
            }
            '$' => word.push(Part::Variable(self.name())),
            ch => word.push(Part::Text(ch.to_string())),
        }
    }

    fn until(&mut self, end: char) -> String {
        let text = self.before(|ch| ch == end);
        self.take().expect("a quote is closed");
        text
    }

    fn in_quotes(&mut self, word: &mut Word) {
        while let Some(ch) = self.take().filter(|ch| *ch != '"') {
            word.push(if ch == '$' { Part::Variable(self.name()) } else { Part::Text(ch.to_string()) });
        }
    }

    fn escaped(&mut self) -> String {
        let mut text = String::new();
        while let Some(ch) = self.take().filter(|ch| *ch != '\'') {
            let ch = match ch {
                '\\' => match self.take().unwrap() {
                    'n' => '\n',
                    't' => '\t',
                    'u' => {
                        let (code, rest) = self.rest.split_at(4);
                        self.rest = rest;
                        char::from_u32(u32::from_str_radix(code, 16).unwrap()).unwrap()
                    }
                    other => other,
                },
                plain => plain,
            };
            text.push(ch);
        }
        text
    }

    fn name(&mut self) -> String {
        self.before(|ch| !ch.is_ascii_alphanumeric() && ch != '_')
    }
}
