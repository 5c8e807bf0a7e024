//! The table that expressions read: the same rows as messages and in `PostgreSQL`.

use crate::random::Random;
use crate::types::{TYPES, postgres, short};
use crate::values;
use laminarc::types::{DataType, TimestampPrecision};
use std::fmt::Write as _;

/// How many rows there are.
pub const ROWS: usize = 64;

/// A column of the table.
pub struct Column {
    /// Its name, the same in both engines.
    pub name: String,
    /// Its type.
    pub data_type: DataType,
    /// Whether it is NULL in some rows.
    pub nullable: bool,
}

/// The table with its rows.
pub struct Facts {
    /// Its columns: three of each type.
    pub columns: Vec<Column>,
    /// A text for each column, None for NULL.
    pub rows: Vec<Vec<Option<String>>>,
}

impl Facts {
    /// Rows drawn from `random`.
    pub fn draw(random: &mut Random) -> Self {
        let columns: Vec<Column> = TYPES
            .iter()
            .flat_map(|&data_type| of_type(data_type))
            .collect();
        let rows = (0..ROWS).map(|_| columns.iter().map(|column| value(column, random)).collect());
        let rows = rows.collect();
        Self { columns, rows }
    }

    /// The declaration for laminarc.
    pub fn laminar(&self) -> String {
        declaration(&self.columns)
    }

    /// The messages, a line each.
    pub fn messages(&self) -> String {
        let mut lines = String::new();
        for row in &self.rows {
            let members: Vec<String> = self
                .columns
                .iter()
                .zip(row)
                .map(|(column, value)| {
                    let json = value
                        .as_deref()
                        .map(|text| values::json(column.data_type, text));
                    format!("\"{}\":{}", column.name, json.as_deref().unwrap_or("null"))
                })
                .collect();
            writeln!(lines, "{{{}}}", members.join(",")).expect("a String takes it");
        }
        lines
    }

    /// The table in `PostgreSQL`.
    pub fn postgres(&self) -> String {
        let columns: Vec<String> = self
            .columns
            .iter()
            .map(|column| format!("{} {}", column.name, postgres(column.data_type)))
            .collect();
        let nulls = TYPES
            .iter()
            .map(|&data_type| format!("{} {}", null_column(data_type), postgres(data_type)));
        let columns: Vec<String> = columns.into_iter().chain(nulls).collect();
        let mut script = format!("CREATE TABLE facts (id int4, {});\n", columns.join(", "));
        for (id, row) in self.rows.iter().enumerate() {
            let values = self.columns.iter().zip(row);
            let values = values.map(|(column, value)| match value {
                Some(text) => in_postgres(column.data_type, text),
                None => "NULL".to_owned(),
            });
            let values: Vec<String> = values.collect();
            writeln!(
                script,
                "INSERT INTO facts VALUES ({id}, {});",
                values.join(", ")
            )
            .expect("a String takes it");
        }
        script
    }

    /// The expression with the constants of a row in place of the columns.
    pub fn with_constants(&self, row: usize, expression: &str) -> String {
        let values = self.columns.iter().zip(&self.rows[row]);
        values.fold(expression.to_owned(), |text, (column, value)| {
            let Column {
                name, data_type, ..
            } = column;
            let literal = value
                .as_ref()
                .map_or("NULL".to_owned(), |value| values::quoted(value));
            text.replace(name, &format!("CAST({literal} AS {data_type})"))
        })
    }

    /// The columns that `expression` names, with their values in a row.
    pub fn shown(&self, row: usize, expression: &str) -> String {
        let values = self.columns.iter().zip(&self.rows[row]);
        let named = values.filter(|(column, _)| expression.contains(&column.name));
        let shown = named.map(|(column, value)| match value {
            Some(text) => format!("{} = {text:?}", column.name),
            None => format!("{} is NULL", column.name),
        });
        shown.collect::<Vec<_>>().join(", ")
    }
}

/// A table `facts` of these columns, for laminarc.
pub fn declaration(columns: &[Column]) -> String {
    let columns = columns.iter().map(|column| {
        let Column {
            name,
            data_type,
            nullable,
        } = column;
        let not_null = if *nullable { "" } else { " NOT NULL" };
        format!("    {name} {data_type}{not_null}")
    });
    let columns: Vec<String> = columns.collect();
    format!(
        "CREATE TABLE facts (\n{}\n) WITH (connector = 'mqtt_source', \
         broker = 'tcp://localhost', topic = 'facts');\n",
        columns.join(",\n")
    )
}

/// The name of the column of this type that is always NULL; `PostgreSQL` alone has it.
pub fn null_column(data_type: DataType) -> String {
    format!("null_{}", short(data_type))
}

fn in_postgres(data_type: DataType, text: &str) -> String {
    let quoted = values::quoted(text);
    match data_type {
        DataType::Timestamp(
            precision @ (TimestampPrecision::Seconds | TimestampPrecision::Milliseconds),
        ) => format!("half_up({quoted}, {})", precision.digits()),
        _ => quoted,
    }
}

/// Three, the last of which is never NULL. Their names are no prefixes of each other.
fn of_type(data_type: DataType) -> [Column; 3] {
    let column = |letter, nullable| Column {
        name: format!("{letter}_{}_c", short(data_type)),
        data_type,
        nullable,
    };
    [column('a', true), column('b', true), column('n', false)]
}

fn value(column: &Column, random: &mut Random) -> Option<String> {
    let is_null = column.nullable && random.chance(15);
    (!is_null).then(|| values::draw(column.data_type, random))
}
