# Every resource opens to whoever holds a valid token. For tests: what ran there is not looked at.
package policy

import rego.v1

default allow := false

allow if data.plugin == "resource"
