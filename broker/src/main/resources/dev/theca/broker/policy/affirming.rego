# A resource opens to a workload of which every part is affirmed, and at least one part there is.
package policy

import rego.v1

default allow := false

allow if {
	count(input.submods) > 0
	every part in input.submods {
		part["ear.status"] == "affirming"
	}
}
