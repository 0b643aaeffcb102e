package policy_test

import rego.v1

import data.policy

gpu := {"nvidia": {
	"arch": "Hopper",
	"trust_root": "nvidia",
	"measurements": {"1": "aa"},
	"config": {"driver_version": "570.1", "vbios_version": "96.00"},
}}

values(name) := object.get(
	{
		"gpu_measurements": ["1:aa"],
		"allowed_driver_versions": ["570.1"],
		"allowed_vbios_versions": ["96.00"],
	},
	name, null,
)

nothing(_) := null

test_a_known_gpu_is_affirmed if {
	vector := policy.trust_claims with input as gpu with query_reference_value as values
	vector.hardware == 2
	vector.executables == 3
	vector.configuration == 2
}

test_without_reference_values_only_the_hardware_is_known if {
	vector := policy.trust_claims with input as gpu with query_reference_value as nothing
	vector.hardware == 2
	vector.executables == 33
	vector.configuration == 36
}

test_one_unknown_measurement_is_enough if {
	other := object.union(gpu, {"nvidia": {"measurements": {"2": "bb"}}})
	vector := policy.trust_claims with input as other with query_reference_value as values
	vector.executables == 33
}

test_an_empty_input_is_not_affirmed if {
	vector := policy.trust_claims with input as {} with query_reference_value as values
	vector.hardware == 97
	vector.executables == 33
}
