package policy_test

import rego.v1

import data.policy

signed := {"sgx": {
	"trust_root": "intel",
	"findings": [],
	"tcb_status": "UpToDate",
	"advisory_ids": [],
	"collateral_expiration_status": "0",
	"body": {
		"mr_enclave": "52",
		"mr_signer": "51",
		"isv_prod_id": "0100",
		"isv_svn": "0300",
		"attributes.flags": "0500000000000000",
		"misc_select": "00000000",
	},
}}

registered := {"sgx_mr_signer": ["51"], "sgx_isv_prod_id": ["1"], "sgx_min_isv_svn": [2]}

values(name) := object.get(registered, name, null)

nothing(_) := null

affirms(vector) if {
	every value in vector {
		value < 32
	}
	vector.hardware == 2
}

test_a_known_enclave_is_affirmed if {
	vector := policy.trust_claims with input as signed with query_reference_value as values
	affirms(vector)
}

test_without_reference_values_nothing_is_affirmed if {
	vector := policy.trust_claims with input as signed with query_reference_value as nothing
	vector.executables == 33
}

test_an_empty_input_is_not_affirmed if {
	vector := policy.trust_claims with input as {} with query_reference_value as values
	vector.executables == 33
	vector.hardware == 97
	vector.configuration == 36
}

test_a_simulated_enclave_is_no_hardware if {
	simulated := object.union(signed, {"sgx": {"simulated": true, "trust_root": "sim:dev"}})
	vector := policy.trust_claims with input as simulated with query_reference_value as values
	vector.hardware == 97
}

test_a_debug_enclave_is_unsupportable if {
	debug := object.union(signed, {"sgx": {"body": {"attributes.flags": "0700000000000000"}}})
	vector := policy.trust_claims with input as debug with query_reference_value as values
	vector.configuration == 96
}

test_numbers_are_read_from_memory_order if {
	policy.number16("0100") == 1
	policy.number16("0001") == 256
	policy.number16("ff00") == 255
	policy.number16("cdab") == 43981
}

test_reference_values_may_be_lists_or_scalars_numbers_or_strings if {
	policy.expected("a") == {"1", "2"} with query_reference_value as mixed
	policy.expected("b") == {"7"} with query_reference_value as mixed
	policy.expected("c") == set() with query_reference_value as mixed
	policy.least("a") == 1 with query_reference_value as mixed
}

mixed(name) := object.get({"a": [1, "2"], "b": 7}, name, null)
