// Written by the test in golden.rs: every case.

#![deny(warnings)]
#![allow(
    clippy::all,
    clippy::pedantic,
    reason = "clippy's taste is for code that people write"
)]

#[rustfmt::skip]
#[path = "bad_messages/generated.rs"]
mod bad_messages;
#[rustfmt::skip]
#[path = "binary/generated.rs"]
mod binary;
#[rustfmt::skip]
#[path = "booleans/generated.rs"]
mod booleans;
#[rustfmt::skip]
#[path = "case_expressions/generated.rs"]
mod case_expressions;
#[rustfmt::skip]
#[path = "casts/generated.rs"]
mod casts;
#[rustfmt::skip]
#[path = "constant_folding/generated.rs"]
mod constant_folding;
#[rustfmt::skip]
#[path = "dates_and_times/generated.rs"]
mod dates_and_times;
#[rustfmt::skip]
#[path = "decimals/generated.rs"]
mod decimals;
#[rustfmt::skip]
#[path = "duplicate_keys/generated.rs"]
mod duplicate_keys;
#[rustfmt::skip]
#[path = "filter_order/generated.rs"]
mod filter_order;
#[rustfmt::skip]
#[path = "fleet_tracking/generated.rs"]
mod fleet_tracking;
#[rustfmt::skip]
#[path = "floats/generated.rs"]
mod floats;
#[rustfmt::skip]
#[path = "hfp_delays/generated.rs"]
mod hfp_delays;
#[rustfmt::skip]
#[path = "hostile_names/generated.rs"]
mod hostile_names;
#[rustfmt::skip]
#[path = "inserts_with_casts/generated.rs"]
mod inserts_with_casts;
#[rustfmt::skip]
#[path = "integers/generated.rs"]
mod integers;
#[rustfmt::skip]
#[path = "json_columns/generated.rs"]
mod json_columns;
#[rustfmt::skip]
#[path = "like_patterns/generated.rs"]
mod like_patterns;
#[rustfmt::skip]
#[path = "lists_and_ranges/generated.rs"]
mod lists_and_ranges;
#[rustfmt::skip]
#[path = "metadata/generated.rs"]
mod metadata;
#[rustfmt::skip]
#[path = "nested_paths/generated.rs"]
mod nested_paths;
#[rustfmt::skip]
#[path = "no_columns/generated.rs"]
mod no_columns;
#[rustfmt::skip]
#[path = "not_null/generated.rs"]
mod not_null;
#[rustfmt::skip]
#[path = "null_handling/generated.rs"]
mod null_handling;
#[rustfmt::skip]
#[path = "nulls_and_failures/generated.rs"]
mod nulls_and_failures;
#[rustfmt::skip]
#[path = "row_errors/generated.rs"]
mod row_errors;
#[rustfmt::skip]
#[path = "same_key_twice/generated.rs"]
mod same_key_twice;
#[rustfmt::skip]
#[path = "sensor_alerts/generated.rs"]
mod sensor_alerts;
#[rustfmt::skip]
#[path = "several_connections/generated.rs"]
mod several_connections;
#[rustfmt::skip]
#[path = "several_flows/generated.rs"]
mod several_flows;
#[rustfmt::skip]
#[path = "shared_expressions/generated.rs"]
mod shared_expressions;
#[rustfmt::skip]
#[path = "straight_line/generated.rs"]
mod straight_line;
#[rustfmt::skip]
#[path = "texts/generated.rs"]
mod texts;
#[rustfmt::skip]
#[path = "timestamp_patterns/generated.rs"]
mod timestamp_patterns;
#[rustfmt::skip]
#[path = "timestamps/generated.rs"]
mod timestamps;
#[rustfmt::skip]
#[path = "twelve_columns/generated.rs"]
mod twelve_columns;
#[rustfmt::skip]
#[path = "views_over_views/generated.rs"]
mod views_over_views;
#[rustfmt::skip]
#[path = "whole_message/generated.rs"]
mod whole_message;

use laminar_runtime::spec::PipelineSpec;

pub const CASES: &[(&str, &PipelineSpec)] = &[
    ("bad_messages", &bad_messages::PIPELINE),
    ("binary", &binary::PIPELINE),
    ("booleans", &booleans::PIPELINE),
    ("case_expressions", &case_expressions::PIPELINE),
    ("casts", &casts::PIPELINE),
    ("constant_folding", &constant_folding::PIPELINE),
    ("dates_and_times", &dates_and_times::PIPELINE),
    ("decimals", &decimals::PIPELINE),
    ("duplicate_keys", &duplicate_keys::PIPELINE),
    ("filter_order", &filter_order::PIPELINE),
    ("fleet_tracking", &fleet_tracking::PIPELINE),
    ("floats", &floats::PIPELINE),
    ("hfp_delays", &hfp_delays::PIPELINE),
    ("hostile_names", &hostile_names::PIPELINE),
    ("inserts_with_casts", &inserts_with_casts::PIPELINE),
    ("integers", &integers::PIPELINE),
    ("json_columns", &json_columns::PIPELINE),
    ("like_patterns", &like_patterns::PIPELINE),
    ("lists_and_ranges", &lists_and_ranges::PIPELINE),
    ("metadata", &metadata::PIPELINE),
    ("nested_paths", &nested_paths::PIPELINE),
    ("no_columns", &no_columns::PIPELINE),
    ("not_null", &not_null::PIPELINE),
    ("null_handling", &null_handling::PIPELINE),
    ("nulls_and_failures", &nulls_and_failures::PIPELINE),
    ("row_errors", &row_errors::PIPELINE),
    ("same_key_twice", &same_key_twice::PIPELINE),
    ("sensor_alerts", &sensor_alerts::PIPELINE),
    ("several_connections", &several_connections::PIPELINE),
    ("several_flows", &several_flows::PIPELINE),
    ("shared_expressions", &shared_expressions::PIPELINE),
    ("straight_line", &straight_line::PIPELINE),
    ("texts", &texts::PIPELINE),
    ("timestamp_patterns", &timestamp_patterns::PIPELINE),
    ("timestamps", &timestamps::PIPELINE),
    ("twelve_columns", &twelve_columns::PIPELINE),
    ("views_over_views", &views_over_views::PIPELINE),
    ("whole_message", &whole_message::PIPELINE),
];
