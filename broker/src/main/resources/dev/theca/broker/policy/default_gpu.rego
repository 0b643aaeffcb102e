# What Theca thinks of an NVIDIA GPU's evidence when nobody has said otherwise.
#
# The report is signed by a device under NVIDIA's root, for this session. Golden measurements and
# the revocation of devices come from NVIDIA's services, which are not asked: the owner names the
# measurements. Reference values, as lists:
#   gpu_measurements           texts "index:hex", as a machine known to be good shows them; every
#                              measurement of the device must be among them
#   allowed_driver_versions, allowed_vbios_versions
#   simulated_roots            names of simulated trust roots that count as hardware
package policy

import rego.v1

trust_claims := {
	"instance-identity": 0,
	"configuration": configuration,
	"executables": executables,
	"file-system": 0,
	"hardware": hardware,
	"runtime-opaque": 0,
	"storage-opaque": 0,
	"sourced-data": 0,
}

default configuration := 36

default executables := 33

default hardware := 97

# A reference value as a set of texts; empty where there is none.
expected(name) := {lower(value) | some value in query_reference_value(name)}

root_trusted if not input.nvidia.simulated

root_trusted if {
	input.nvidia.simulated
	input.nvidia.trust_root in expected("simulated_roots")
}

hardware := 2 if {
	input.nvidia.arch in {"Hopper", "Blackwell"}
	root_trusted
}

unknown_measurements := {shown |
	some index, value in input.nvidia.measurements
	shown := sprintf("%v:%v", [index, value])
	not shown in expected("gpu_measurements")
}

executables := 3 if {
	count(input.nvidia.measurements) > 0
	count(unknown_measurements) == 0
}

configuration := 2 if {
	lower(input.nvidia.config.driver_version) in expected("allowed_driver_versions")
	lower(input.nvidia.config.vbios_version) in expected("allowed_vbios_versions")
}
