# The appraisal of gpu_v1.rego in the older syntax.
package policy

default executables = 33

default hardware = 97

default configuration = 36

trust_claims = {
	"instance-identity": 0,
	"configuration": configuration,
	"executables": executables,
	"file-system": 0,
	"hardware": hardware,
	"runtime-opaque": 0,
	"storage-opaque": 0,
	"sourced-data": 0,
}

gpu = input.nvidia

hardware = 2 {
	chain := gpu["x-nvidia-gpu-attestation-report-cert-chain"]
	chain["x-nvidia-cert-ocsp-status"] == "good"
	chain["x-nvidia-cert-status"] == "valid"
	gpu["x-nvidia-gpu-attestation-report-cert-chain-fwid-match"] == true
	gpu["x-nvidia-gpu-attestation-report-parsed"] == true
	gpu["x-nvidia-gpu-attestation-report-signature-verified"] == true
	gpu["x-nvidia-gpu-arch-check"] == true
}

configuration = 2 {
	closed
	query_reference_value("allowed_vbios_versions")[_] == gpu["x-nvidia-gpu-vbios-version"]
	query_reference_value("allowed_driver_versions")[_] == gpu["x-nvidia-gpu-driver-version"]
} else = 3 {
	closed
}

closed {
	gpu.secboot == true
	gpu.dbgstat == "disabled"
}

executables = 3 {
	gpu.measres == "success"
	count(rim_failures) == 0
}

rim_failures[name] {
	part := {"driver", "vbios"}[_]
	check := {"fetched", "schema-validated", "signature-verified", "measurements-available"}[_]
	name := sprintf("x-nvidia-gpu-%s-rim-%s", [part, check])
	not gpu[name] == true
}
