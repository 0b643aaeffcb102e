# Appraisal of the claims that NVIDIA's service makes for a GPU.
package policy

import rego.v1

default executables := 33

default hardware := 97

default configuration := 36

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

gpu := input.nvidia

hardware := 2 if {
	chain := gpu["x-nvidia-gpu-attestation-report-cert-chain"]
	chain["x-nvidia-cert-ocsp-status"] == "good"
	chain["x-nvidia-cert-status"] == "valid"
	every name in [
		"x-nvidia-gpu-attestation-report-cert-chain-fwid-match",
		"x-nvidia-gpu-attestation-report-parsed",
		"x-nvidia-gpu-attestation-report-signature-verified",
		"x-nvidia-gpu-arch-check",
	] {
		gpu[name] == true
	}
}

configuration := 2 if {
	closed
	gpu["x-nvidia-gpu-vbios-version"] in query_reference_value("allowed_vbios_versions")
	gpu["x-nvidia-gpu-driver-version"] in query_reference_value("allowed_driver_versions")
} else := 3 if closed

closed if {
	gpu.secboot == true
	gpu.dbgstat == "disabled"
}

executables := 3 if {
	gpu.measres == "success"
	every part in ["driver", "vbios"] {
		every check in ["fetched", "schema-validated", "signature-verified", "measurements-available"] {
			gpu[sprintf("x-nvidia-gpu-%s-rim-%s", [part, check])] == true
		}
	}
}
