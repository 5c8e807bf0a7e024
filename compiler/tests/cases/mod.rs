// Written by the test in golden.rs: every case.

#![deny(warnings)]
#![allow(
    clippy::all,
    clippy::pedantic,
    reason = "clippy's taste is for code that people write"
)]

#[rustfmt::skip]
#[path = "avro/generated.rs"]
mod avro;
#[rustfmt::skip]
#[path = "avro_values/generated.rs"]
mod avro_values;
#[rustfmt::skip]
#[path = "bad_messages/generated.rs"]
mod bad_messages;
#[rustfmt::skip]
#[path = "binary/generated.rs"]
mod binary;
#[rustfmt::skip]
#[path = "bits_and_distinct/generated.rs"]
mod bits_and_distinct;
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
#[path = "column_clauses/generated.rs"]
mod column_clauses;
#[rustfmt::skip]
#[path = "columnar_files/generated.rs"]
mod columnar_files;
#[rustfmt::skip]
#[path = "compressed_files/generated.rs"]
mod compressed_files;
#[rustfmt::skip]
#[path = "constant_folding/generated.rs"]
mod constant_folding;
#[rustfmt::skip]
#[path = "control_settings/generated.rs"]
mod control_settings;
#[rustfmt::skip]
#[path = "csv_sinks/generated.rs"]
mod csv_sinks;
#[rustfmt::skip]
#[path = "dates_and_times/generated.rs"]
mod dates_and_times;
#[rustfmt::skip]
#[path = "dead_letters/generated.rs"]
mod dead_letters;
#[rustfmt::skip]
#[path = "decimal_arithmetic/generated.rs"]
mod decimal_arithmetic;
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
#[path = "finished_files/generated.rs"]
mod finished_files;
#[rustfmt::skip]
#[path = "fleet_tracking/generated.rs"]
mod fleet_tracking;
#[rustfmt::skip]
#[path = "floats/generated.rs"]
mod floats;
#[rustfmt::skip]
#[path = "function_calls/generated.rs"]
mod function_calls;
#[rustfmt::skip]
#[path = "functions_bytes_and_digests/generated.rs"]
mod functions_bytes_and_digests;
#[rustfmt::skip]
#[path = "functions_choice/generated.rs"]
mod functions_choice;
#[rustfmt::skip]
#[path = "functions_dates_and_times/generated.rs"]
mod functions_dates_and_times;
#[rustfmt::skip]
#[path = "functions_json/generated.rs"]
mod functions_json;
#[rustfmt::skip]
#[path = "functions_numbers/generated.rs"]
mod functions_numbers;
#[rustfmt::skip]
#[path = "functions_regular_expressions/generated.rs"]
mod functions_regular_expressions;
#[rustfmt::skip]
#[path = "functions_text/generated.rs"]
mod functions_text;
#[rustfmt::skip]
#[path = "functions_topics_and_places/generated.rs"]
mod functions_topics_and_places;
#[rustfmt::skip]
#[path = "generated_columns/generated.rs"]
mod generated_columns;
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
#[path = "intervals/generated.rs"]
mod intervals;
#[rustfmt::skip]
#[path = "json_columns/generated.rs"]
mod json_columns;
#[rustfmt::skip]
#[path = "key_orders/generated.rs"]
mod key_orders;
#[rustfmt::skip]
#[path = "lazy_validation/generated.rs"]
mod lazy_validation;
#[rustfmt::skip]
#[path = "like_patterns/generated.rs"]
mod like_patterns;
#[rustfmt::skip]
#[path = "lists_and_ranges/generated.rs"]
mod lists_and_ranges;
#[rustfmt::skip]
#[path = "log_settings/generated.rs"]
mod log_settings;
#[rustfmt::skip]
#[path = "metadata/generated.rs"]
mod metadata;
#[rustfmt::skip]
#[path = "nested_paths/generated.rs"]
mod nested_paths;
#[rustfmt::skip]
#[path = "nested_values/generated.rs"]
mod nested_values;
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
#[path = "operands_that_fail/generated.rs"]
mod operands_that_fail;
#[rustfmt::skip]
#[path = "parallel_sessions/generated.rs"]
mod parallel_sessions;
#[rustfmt::skip]
#[path = "payload_arrays/generated.rs"]
mod payload_arrays;
#[rustfmt::skip]
#[path = "queries/generated.rs"]
mod queries;
#[rustfmt::skip]
#[path = "raw_bytes/generated.rs"]
mod raw_bytes;
#[rustfmt::skip]
#[path = "raw_text/generated.rs"]
mod raw_text;
#[rustfmt::skip]
#[path = "row_errors/generated.rs"]
mod row_errors;
#[rustfmt::skip]
#[path = "same_key_twice/generated.rs"]
mod same_key_twice;
#[rustfmt::skip]
#[path = "secure_connections/generated.rs"]
mod secure_connections;
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
#[path = "tables_shown/generated.rs"]
mod tables_shown;
#[rustfmt::skip]
#[path = "templated_topics/generated.rs"]
mod templated_topics;
#[rustfmt::skip]
#[path = "text_operators/generated.rs"]
mod text_operators;
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
#[path = "unnest/generated.rs"]
mod unnest;
#[rustfmt::skip]
#[path = "views_over_views/generated.rs"]
mod views_over_views;
#[rustfmt::skip]
#[path = "webhooks/generated.rs"]
mod webhooks;
#[rustfmt::skip]
#[path = "whole_message/generated.rs"]
mod whole_message;

use laminar_runtime::decode::json::Tiers;
use laminar_runtime::decode::json::level::Cpu;
use laminar_runtime::program::{Program, boxed_for};
use laminar_runtime::spec::PipelineSpec;

/// A case: its specification and the programs of its tables.
pub struct Case {
    pub name: &'static str,
    pub spec: &'static PipelineSpec,
    pub programs: &'static [fn(Cpu, Tiers) -> Box<dyn Program>],
}

#[rustfmt::skip]
pub const CASES: &[Case] = &[
    Case { name: "avro", spec: &avro::PIPELINE, programs: &[] },
    Case { name: "avro_values", spec: &avro_values::PIPELINE, programs: &[] },
    Case { name: "bad_messages", spec: &bad_messages::PIPELINE, programs: &[boxed_for::<bad_messages::t::T>] },
    Case { name: "binary", spec: &binary::PIPELINE, programs: &[boxed_for::<binary::t::T>] },
    Case { name: "bits_and_distinct", spec: &bits_and_distinct::PIPELINE, programs: &[boxed_for::<bits_and_distinct::t::T>] },
    Case { name: "booleans", spec: &booleans::PIPELINE, programs: &[boxed_for::<booleans::t::T>] },
    Case { name: "case_expressions", spec: &case_expressions::PIPELINE, programs: &[boxed_for::<case_expressions::t::T>] },
    Case { name: "casts", spec: &casts::PIPELINE, programs: &[boxed_for::<casts::t::T>] },
    Case { name: "column_clauses", spec: &column_clauses::PIPELINE, programs: &[boxed_for::<column_clauses::plugs::Plugs>] },
    Case { name: "columnar_files", spec: &columnar_files::PIPELINE, programs: &[boxed_for::<columnar_files::t::T>] },
    Case { name: "compressed_files", spec: &compressed_files::PIPELINE, programs: &[boxed_for::<compressed_files::t::T>] },
    Case { name: "constant_folding", spec: &constant_folding::PIPELINE, programs: &[boxed_for::<constant_folding::t::T>] },
    Case { name: "control_settings", spec: &control_settings::PIPELINE, programs: &[boxed_for::<control_settings::readings::Readings>] },
    Case { name: "csv_sinks", spec: &csv_sinks::PIPELINE, programs: &[boxed_for::<csv_sinks::t::T>] },
    Case { name: "dates_and_times", spec: &dates_and_times::PIPELINE, programs: &[boxed_for::<dates_and_times::t::T>] },
    Case { name: "dead_letters", spec: &dead_letters::PIPELINE, programs: &[boxed_for::<dead_letters::a::A>, boxed_for::<dead_letters::b::B>, boxed_for::<dead_letters::c::C>] },
    Case { name: "decimal_arithmetic", spec: &decimal_arithmetic::PIPELINE, programs: &[boxed_for::<decimal_arithmetic::t::T>] },
    Case { name: "decimals", spec: &decimals::PIPELINE, programs: &[boxed_for::<decimals::t::T>] },
    Case { name: "duplicate_keys", spec: &duplicate_keys::PIPELINE, programs: &[boxed_for::<duplicate_keys::t::T>] },
    Case { name: "filter_order", spec: &filter_order::PIPELINE, programs: &[boxed_for::<filter_order::t::T>] },
    Case { name: "finished_files", spec: &finished_files::PIPELINE, programs: &[boxed_for::<finished_files::t::T>] },
    Case { name: "fleet_tracking", spec: &fleet_tracking::PIPELINE, programs: &[boxed_for::<fleet_tracking::
                vehicle_telemetry::VehicleTelemetry,
            >] },
    Case { name: "floats", spec: &floats::PIPELINE, programs: &[boxed_for::<floats::t::T>] },
    Case { name: "function_calls", spec: &function_calls::PIPELINE, programs: &[boxed_for::<function_calls::t::T>] },
    Case { name: "functions_bytes_and_digests", spec: &functions_bytes_and_digests::PIPELINE, programs: &[boxed_for::<functions_bytes_and_digests::t::T>] },
    Case { name: "functions_choice", spec: &functions_choice::PIPELINE, programs: &[boxed_for::<functions_choice::t::T>] },
    Case { name: "functions_dates_and_times", spec: &functions_dates_and_times::PIPELINE, programs: &[boxed_for::<functions_dates_and_times::t::T>] },
    Case { name: "functions_json", spec: &functions_json::PIPELINE, programs: &[boxed_for::<functions_json::t::T>] },
    Case { name: "functions_numbers", spec: &functions_numbers::PIPELINE, programs: &[boxed_for::<functions_numbers::t::T>] },
    Case { name: "functions_regular_expressions", spec: &functions_regular_expressions::PIPELINE, programs: &[boxed_for::<functions_regular_expressions::t::T>] },
    Case { name: "functions_text", spec: &functions_text::PIPELINE, programs: &[boxed_for::<functions_text::t::T>] },
    Case { name: "functions_topics_and_places", spec: &functions_topics_and_places::PIPELINE, programs: &[boxed_for::<functions_topics_and_places::t::T>] },
    Case { name: "generated_columns", spec: &generated_columns::PIPELINE, programs: &[boxed_for::<generated_columns::samples::Samples>, boxed_for::<generated_columns::off::Off>] },
    Case { name: "hfp_delays", spec: &hfp_delays::PIPELINE, programs: &[boxed_for::<hfp_delays::positions::Positions>] },
    Case { name: "hostile_names", spec: &hostile_names::PIPELINE, programs: &[boxed_for::<hostile_names::unsafe_::Unsafe>] },
    Case { name: "inserts_with_casts", spec: &inserts_with_casts::PIPELINE, programs: &[boxed_for::<inserts_with_casts::t::T>] },
    Case { name: "integers", spec: &integers::PIPELINE, programs: &[boxed_for::<integers::t::T>] },
    Case { name: "intervals", spec: &intervals::PIPELINE, programs: &[boxed_for::<intervals::t::T>] },
    Case { name: "json_columns", spec: &json_columns::PIPELINE, programs: &[boxed_for::<json_columns::t::T>] },
    Case { name: "key_orders", spec: &key_orders::PIPELINE, programs: &[boxed_for::<key_orders::t::T>] },
    Case { name: "lazy_validation", spec: &lazy_validation::PIPELINE, programs: &[boxed_for::<lazy_validation::uplinks::Uplinks>] },
    Case { name: "like_patterns", spec: &like_patterns::PIPELINE, programs: &[boxed_for::<like_patterns::t::T>] },
    Case { name: "lists_and_ranges", spec: &lists_and_ranges::PIPELINE, programs: &[boxed_for::<lists_and_ranges::t::T>] },
    Case { name: "log_settings", spec: &log_settings::PIPELINE, programs: &[boxed_for::<log_settings::readings::Readings>] },
    Case { name: "metadata", spec: &metadata::PIPELINE, programs: &[boxed_for::<metadata::t::T>] },
    Case { name: "nested_paths", spec: &nested_paths::PIPELINE, programs: &[boxed_for::<nested_paths::t::T>] },
    Case { name: "nested_values", spec: &nested_values::PIPELINE, programs: &[boxed_for::<nested_values::devices::Devices>] },
    Case { name: "no_columns", spec: &no_columns::PIPELINE, programs: &[boxed_for::<no_columns::t::T>] },
    Case { name: "not_null", spec: &not_null::PIPELINE, programs: &[boxed_for::<not_null::t::T>] },
    Case { name: "null_handling", spec: &null_handling::PIPELINE, programs: &[boxed_for::<null_handling::t::T>] },
    Case { name: "nulls_and_failures", spec: &nulls_and_failures::PIPELINE, programs: &[boxed_for::<nulls_and_failures::t::T>] },
    Case { name: "operands_that_fail", spec: &operands_that_fail::PIPELINE, programs: &[boxed_for::<operands_that_fail::t::T>] },
    Case { name: "parallel_sessions", spec: &parallel_sessions::PIPELINE, programs: &[boxed_for::<parallel_sessions::readings::Readings>, boxed_for::<parallel_sessions::alarms::Alarms>, boxed_for::<parallel_sessions::pages::Pages>] },
    Case { name: "payload_arrays", spec: &payload_arrays::PIPELINE, programs: &[boxed_for::<payload_arrays::samples::Samples>] },
    Case { name: "queries", spec: &queries::PIPELINE, programs: &[boxed_for::<queries::inside::Inside>, boxed_for::<queries::outside::Outside>] },
    Case { name: "raw_bytes", spec: &raw_bytes::PIPELINE, programs: &[] },
    Case { name: "raw_text", spec: &raw_text::PIPELINE, programs: &[] },
    Case { name: "row_errors", spec: &row_errors::PIPELINE, programs: &[boxed_for::<row_errors::t::T>] },
    Case { name: "same_key_twice", spec: &same_key_twice::PIPELINE, programs: &[boxed_for::<same_key_twice::t::T>] },
    Case { name: "secure_connections", spec: &secure_connections::PIPELINE, programs: &[boxed_for::<secure_connections::readings::Readings>, boxed_for::<secure_connections::tests::Tests>, boxed_for::<secure_connections::pages::Pages>] },
    Case { name: "sensor_alerts", spec: &sensor_alerts::PIPELINE, programs: &[boxed_for::<sensor_alerts::sensor_data::SensorData>] },
    Case { name: "several_connections", spec: &several_connections::PIPELINE, programs: &[boxed_for::<several_connections::machines::Machines>, boxed_for::<several_connections::doors::Doors>, boxed_for::<several_connections::visitors::Visitors>] },
    Case { name: "several_flows", spec: &several_flows::PIPELINE, programs: &[boxed_for::<several_flows::t::T>] },
    Case { name: "shared_expressions", spec: &shared_expressions::PIPELINE, programs: &[boxed_for::<shared_expressions::t::T>] },
    Case { name: "tables_shown", spec: &tables_shown::PIPELINE, programs: &[boxed_for::<tables_shown::t::T>] },
    Case { name: "templated_topics", spec: &templated_topics::PIPELINE, programs: &[boxed_for::<templated_topics::readings::Readings>] },
    Case { name: "text_operators", spec: &text_operators::PIPELINE, programs: &[boxed_for::<text_operators::t::T>] },
    Case { name: "texts", spec: &texts::PIPELINE, programs: &[boxed_for::<texts::t::T>] },
    Case { name: "timestamp_patterns", spec: &timestamp_patterns::PIPELINE, programs: &[boxed_for::<timestamp_patterns::t::T>] },
    Case { name: "timestamps", spec: &timestamps::PIPELINE, programs: &[boxed_for::<timestamps::t::T>] },
    Case { name: "twelve_columns", spec: &twelve_columns::PIPELINE, programs: &[boxed_for::<twelve_columns::t::T>] },
    Case { name: "unnest", spec: &unnest::PIPELINE, programs: &[boxed_for::<unnest::t::T>, boxed_for::<unnest::documents::Documents>] },
    Case { name: "views_over_views", spec: &views_over_views::PIPELINE, programs: &[boxed_for::<views_over_views::t::T>] },
    Case { name: "webhooks", spec: &webhooks::PIPELINE, programs: &[boxed_for::<webhooks::readings::Readings>] },
    Case { name: "whole_message", spec: &whole_message::PIPELINE, programs: &[boxed_for::<whole_message::t::T>] },
];
