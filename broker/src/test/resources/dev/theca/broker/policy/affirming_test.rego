package policy_test

import rego.v1

import data.policy

part(status) := {"ear.status": status}

test_one_affirmed_part_opens if policy.allow with input as {"submods": {"cpu0": part("affirming")}}

test_no_part_opens_nothing if not policy.allow with input as {"submods": {}}

test_no_token_opens_nothing if not policy.allow with input as {}

test_a_part_without_a_status_opens_nothing if {
	not policy.allow with input as {"submods": {"cpu0": part("affirming"), "gpu0": {}}}
}

test_one_warning_among_two_opens_nothing if {
	parts := {"cpu0": part("affirming"), "gpu0": part("warning")}
	not policy.allow with input as {"submods": parts}
}
