//! A flow as a function: read the filter's columns, decide, read the rest, write the row.

mod outputs;

use super::column;
use super::expression::{Expressions, Variable, mentions, reading};
use super::form::Form;
use super::names::{Scope, Style, shown};
use super::patterns::Patterns;
use super::sites::Sites;
use super::values::Values;
use crate::ir::logical::{Expr, Value};
use crate::ir::physical::{Branch, Decoder, Flow, Read, Step, Table};
use crate::source::SourceFile;
use crate::types::DataType;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// What all flows of a table share.
pub(super) struct FlowContext<'a> {
    /// The table.
    pub(super) table: &'a Table,
    /// The constants of its columns, by index.
    pub(super) constants: &'a [column::Constants],
    /// What becomes of rows.
    pub(super) form: Form<'a>,
    /// The SQL.
    pub(super) source: &'a SourceFile,
    /// What its messages are decoded to, where they are no JSON.
    pub(super) values: Option<&'a Values>,
    /// Its regular expressions.
    pub(super) patterns: &'a Patterns,
    /// The places of expressions that can fail.
    pub(super) sites: Sites,
}

/// A table of up to so many branches of flows has all their filters in its loop over messages.
const INLINED: usize = 4;

/// The function of `flow`, called `name`, with those of its branches, where it has several.
pub(super) fn function(
    context: &mut FlowContext<'_>,
    flow: &Flow,
    name: &Ident,
    items: &mut Scope,
) -> TokenStream {
    let (line, _) = context.source.line_column(flow.span.start);
    let (shown, inline) = (shown(&flow.name), inline(context.table));
    let to = context.form.to(flow);
    let doc = format!(" Flow `{shown}` (line {line}){to}.");
    let out = context.form.out();
    if let [branch] = flow.branches.as_slice() {
        let body = Body::new(context, flow, branch).write();
        return item(context.values, &doc, (&inline, name), (&body, &out));
    }
    let names: Vec<_> = (1..=flow.branches.len())
        .map(|number| items.declare(&format!("{}_{number}", flow.name), "flow", Style::Snake))
        .collect();
    let branches = flow.branches.iter().zip(&names).enumerate();
    let branches: Vec<_> = branches
        .map(|(at, (branch, name))| {
            let body = Body::new(context, flow, branch).write();
            let doc = format!(" Branch {} of flow `{shown}`.", at + 1);
            item(context.values, &doc, (&inline, name), (&body, &out))
        })
        .collect();
    let arguments = arguments(context.table);
    let calls = names
        .iter()
        .map(|name| quote!(#name(#arguments out.again())?));
    let calls = calls.reduce(|before, call| quote!(#before.or(#call)));
    let body = quote!(out.together(|out| Ok(#calls)));
    let function = item(context.values, &doc, (&inline, name), (&body, &out));
    quote!(#function #(#branches)*)
}

fn inline(table: &Table) -> TokenStream {
    let branches: usize = table.flows.iter().map(|flow| flow.branches.len()).sum();
    if branches <= INLINED {
        quote!(#[inline(always)])
    } else {
        quote!(#[inline])
    }
}

/// What a flow is given beside where its rows go.
pub(super) fn arguments(table: &Table) -> TokenStream {
    match table.decoder {
        Decoder::Json(_) => quote!(row,),
        Decoder::Raw(_) | Decoder::Avro(_) => quote!(row, values,),
    }
}

/// A parameter, with `_` in front where `body` has no use for it.
pub(super) fn parameter(name: &str, body: &TokenStream) -> Ident {
    let ident = format_ident!("{name}");
    if mentions(body, &ident) {
        ident
    } else {
        format_ident!("_{name}")
    }
}

/// A function that makes rows of a message. A parameter that it has no use for says so.
fn item(
    of: Option<&Values>,
    doc: &str,
    (inline, name): (&TokenStream, &Ident),
    (body, to): (&TokenStream, &TokenStream),
) -> TokenStream {
    let [row, values, out] = ["row", "values", "out"].map(|name| parameter(name, body));
    let values = of.map(|of| {
        let of = of.named();
        quote!(#values: &#of,)
    });
    quote! {
        #[doc = #doc]
        #inline
        fn #name(#row: Row<'_>, #values #out: #to) -> Result<Outcome, RowError> {
            #body
        }
    }
}

/// The statements that make the row of a table all of whose messages give one, and that row.
pub(super) fn table_row(context: &mut FlowContext<'_>, flow: &Flow) -> TokenStream {
    let [branch] = flow.branches.as_slice() else {
        unreachable!("a table is read in one way");
    };
    Body::new(context, flow, branch).write()
}

/// A statement and the variable that it declares, if any.
struct Statement {
    variable: Option<Ident>,
    value: TokenStream,
    /// Whether it must run even if nobody reads the variable.
    can_fail: bool,
    /// Whether an expression gives the value, not a column.
    computed: bool,
}

struct Body<'a, 'c> {
    context: &'a mut FlowContext<'c>,
    flow: &'a Flow,
    branch: &'a Branch,
    scope: Scope,
    variables: Vec<Variable>,
    statements: Vec<Statement>,
    /// How many of the statements decide; 0: every row passes, or none does.
    deciding: usize,
}

impl<'a, 'c> Body<'a, 'c> {
    fn new(context: &'a mut FlowContext<'c>, flow: &'a Flow, branch: &'a Branch) -> Self {
        let mut scope = Scope::default();
        let columns = &context.table.columns;
        let variables = columns
            .iter()
            .map(|column| Variable {
                name: scope.declare(&column.name, "column", Style::Snake),
                nullable: match &column.read {
                    Read::Slot { .. } | Read::Value(_) => column.nullable,
                    Read::Metadata(metadata) => {
                        metadata.can_be_absent() && column.default.is_none()
                    }
                },
            })
            .collect();
        Self {
            context,
            flow,
            branch,
            scope,
            variables,
            statements: Vec::new(),
            deciding: 0,
        }
    }

    fn write(mut self) -> TokenStream {
        let branch = self.branch;
        self.body(&branch.steps)
    }

    /// What `steps` do and what follows them, with statements of its own.
    fn body(&mut self, steps: &[Step]) -> TokenStream {
        let is_unnest = |step: &Step| matches!(step, Step::Unnest { .. });
        let unnest = steps.iter().position(is_unnest);
        let own = &steps[..unnest.unwrap_or(steps.len())];
        let Some(computing) = self.decide(own) else {
            self.deciding = 0;
            return self.finish(&quote!(Ok(Outcome::Filtered)));
        };
        let tail = match unnest {
            Some(at) => {
                for column in computing.iter().flat_map(reads) {
                    self.read(*column);
                }
                self.locals(computing);
                self.unnest(&steps[at], &steps[at + 1..])
            }
            None => self.row(computing),
        };
        self.finish(&tail)
    }

    /// The steps up to the last decision; gives those behind it. None if no row passes.
    fn decide<'s>(&mut self, steps: &'s [Step]) -> Option<&'s [Step]> {
        let keeps = |step: &Step| matches!(step, Step::Keep(_));
        let decided = steps.iter().rposition(keeps).map_or(0, |last| last + 1);
        let (deciding, computing) = steps.split_at(decided);
        for run in deciding.chunk_by(|a, b| keeps(a) && keeps(b)) {
            let conjuncts: Vec<_> = run.iter().filter_map(kept).collect();
            let never = conjuncts.iter().position(|conjunct| is_never(conjunct));
            self.filter(&conjuncts[..never.unwrap_or(conjuncts.len())]);
            if never.is_some() {
                return None;
            }
            for column in run.iter().flat_map(reads) {
                self.read(*column);
            }
            self.locals(run);
        }
        Some(computing)
    }

    /// Goes through the elements of an array, with `steps` for each.
    fn unnest(&mut self, step: &Step, steps: &[Step]) -> TokenStream {
        let Step::Unnest {
            array,
            element,
            number,
        } = step
        else {
            unreachable!("an UNNEST stands here");
        };
        let elements = self.expressions().value(array).optional().tokens;
        let part = self
            .scope
            .declare(&format!("{element}_part"), "element", Style::Snake);
        let mut declare = |name: &str, nullable| {
            let name = self.scope.declare(name, "element", Style::Snake);
            self.variables.push(Variable {
                name: name.clone(),
                nullable,
            });
            name
        };
        let (element, number) = (declare(element, true), declare(number, false));
        let outside = (std::mem::take(&mut self.statements), self.deciding);
        self.deciding = 0;
        let read = reading(element_type(array));
        self.statements.push(Statement {
            variable: Some(element),
            value: quote!(#part.read(#read)?),
            // who does not ask for the element does not mind what it is
            can_fail: false,
            computed: true,
        });
        let body = self.body(steps);
        (self.statements, self.deciding) = outside;
        let [part, number, out] = [part, number, format_ident!("out")].map(|name| {
            if mentions(&body, &name) {
                name
            } else {
                format_ident!("_{name}")
            }
        });
        quote!(out.unnest(#elements, |#part, #number, #out| { #body }))
    }

    fn read(&mut self, column: usize) {
        let code = column::read(self.context, column, None);
        self.statements.push(Statement {
            variable: Some(self.variables[column].name.clone()),
            value: code.tokens,
            can_fail: code.fails,
            computed: false,
        });
    }

    fn expressions(&mut self) -> Expressions<'_> {
        Expressions {
            variables: &self.variables,
            patterns: self.context.patterns,
            sites: &mut self.context.sites,
        }
    }

    /// Computes the locals among `steps`.
    fn locals(&mut self, steps: &[Step]) {
        for step in steps {
            let Step::Let { name, expr } = step else {
                continue;
            };
            let code = self.expressions().value(expr);
            let name = self.scope.declare(name, "local", Style::Snake);
            self.variables.push(Variable {
                name: name.clone(),
                nullable: code.nullable,
            });
            self.statements.push(Statement {
                variable: Some(name),
                value: code.tokens,
                can_fail: code.fails,
                computed: true,
            });
        }
    }

    fn filter(&mut self, conjuncts: &[&Expr]) {
        if conjuncts.is_empty() {
            return;
        }
        let passes = self.expressions().all(conjuncts);
        self.statements.push(Statement {
            variable: None,
            value: quote! {
                let passes = #passes;
                if !passes {
                    return Ok(Outcome::Filtered);
                }
            },
            can_fail: true,
            computed: false,
        });
        self.deciding = self.statements.len();
    }

    /// The statements, then `tail`. A variable that nobody reads is not declared. What comes
    /// behind the last decision is kept out of the way of rows that do not pass.
    fn finish(&mut self, tail: &TokenStream) -> TokenStream {
        let mut body = tail.clone();
        let statements = std::mem::take(&mut self.statements);
        for (number, statement) in statements.into_iter().enumerate().rev() {
            let Statement {
                variable,
                value,
                can_fail,
                computed,
            } = statement;
            if number + 1 == self.deciding {
                body = quote!(matched(move || { #body }));
            }
            let read = variable.as_ref().is_some_and(|name| mentions(&body, name));
            let statement = match variable {
                None => value,
                Some(name) if read => quote!(let #name = #value;),
                Some(_) if can_fail && computed => quote!(let _ = #value;),
                Some(_) if can_fail => quote!(#value;),
                Some(_) => continue,
            };
            body = quote!(#statement #body);
        }
        body
    }
}

fn is_never(conjunct: &Expr) -> bool {
    conjunct
        .literal()
        .is_some_and(|value| *value != Value::Boolean(true))
}

fn kept(step: &Step) -> Option<&Expr> {
    match step {
        Step::Keep(conjunct) => Some(conjunct),
        Step::Read(_) | Step::Let { .. } | Step::Unnest { .. } => None,
    }
}

fn reads(step: &Step) -> &[usize] {
    match step {
        Step::Read(columns) => columns,
        Step::Let { .. } | Step::Keep(_) | Step::Unnest { .. } => &[],
    }
}

/// The type of the elements of an array.
fn element_type(array: &Expr) -> DataType {
    match array.data_type {
        DataType::Array(of) => of.element(),
        other => unreachable!("an array has an array's type, not {other}"),
    }
}
