# Every part of the machine must be affirmed, and there must be one.
package policy

default allow = false

allow {
	data.plugin == "resource"
	count(input.submods) > 0
	not doubtful
}

doubtful {
	part := input.submods[_]
	not part["ear.status"] == "affirming"
}
