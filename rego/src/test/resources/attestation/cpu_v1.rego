# Appraisal of evidence of processors. What no rule recognises stays at values that contraindicate.
package policy

import rego.v1

default executables := 33

default hardware := 97

default configuration := 36

default instance_identity := 0

trust_claims := {
	"instance-identity": instance_identity,
	"configuration": configuration,
	"executables": executables,
	"file-system": 0,
	"hardware": hardware,
	"runtime-opaque": 0,
	"storage-opaque": 0,
	"sourced-data": 0,
}

# A reference value that nobody stored is null: it lists nothing, and nothing equals it.
listed(id, value) if value in query_reference_value(id)

equals(id, value) if {
	reference := query_reference_value(id)
	reference != null
	value == reference
}

# Without the question for the kind, everything would be at least null.
at_least(id, value) if {
	reference := query_reference_value(id)
	is_number(reference)
	is_number(value)
	value >= reference
}

# One value or a list of them.
allowed(id, value) if listed(id, value)

allowed(id, value) if equals(id, value)

# sample

executables := 3 if listed("launch_digest", input.sample.launch_digest)

hardware := 2 if {
	listed("svn", input.sample.svn)
	equals("major_version", input.sample.platform_version.major)
	at_least("minimum_minor_version", input.sample.platform_version.minor)
}

configuration := 2 if input.sample.debug == false

# snp

executables := 3 if listed("snp_launch_measurement", input.snp.measurement)

hardware := 2 if {
	listed("snp_bootloader", input.snp.reported_tcb_bootloader)
	listed("snp_microcode", input.snp.reported_tcb_microcode)
	listed("snp_snp_svn", input.snp.reported_tcb_snp)
	listed("snp_tee_svn", input.snp.reported_tcb_tee)
}

configuration := 2 if {
	snp_closed
	allowed("snp_smt_enabled", input.snp.platform_smt_enabled)
	allowed("snp_tsme_enabled", input.snp.platform_tsme_enabled)
	allowed("snp_guest_abi_major", input.snp.policy_abi_major)
	allowed("snp_guest_abi_minor", input.snp.policy_abi_minor)
	allowed("snp_single_socket", input.snp.policy_single_socket)
	allowed("snp_smt_allowed", input.snp.policy_smt_allowed)
} else := 3 if snp_closed

snp_closed if {
	input.snp.policy_debug_allowed == false
	input.snp.policy_migrate_ma == false
}

# tdx

executables := 3 if {
	tdx_booted
	tdx_kernel
	tdx_parameters
} else := 4 if tdx_booted

hardware := 2 if {
	tdx_genuine(input.tdx)
	input.tdx.collateral_expiration_status == "0"
}

configuration := 2 if {
	input.tdx.td_attributes.debug == false
	listed("xfam", input.tdx.quote.body.xfam)
}

tdx_booted if {
	listed("rtmr_1", input.tdx.quote.body.rtmr_1)
	listed("rtmr_2", input.tdx.quote.body.rtmr_2)
}

tdx_kernel if {
	some event in input.tdx.uefi_event_logs
	event.type_name == "EV_EFI_BOOT_SERVICES_APPLICATION"
	"File(kernel)" in event.details.device_paths
	some one in event.digests
	equals("tdvfkernel", one.digest)
}

tdx_parameters if {
	some event in input.tdx.uefi_event_logs
	event.type_name == "EV_EVENT_TAG"
	event.details.string == "LOADED_IMAGE::LoadOptions"
	some one in event.digests
	equals("tdvfkernelparams", one.digest)
}

tdx_genuine(tdx) if {
	tdx.quote.header.tee_type == "81000000"
	tdx.quote.header.vendor_id == "939a7233f79c4ca9940a0db3957f0607"
	listed("mr_td", tdx.quote.body.mr_td)
	tdx.tcb_status == "UpToDate"
}

# az-snp-vtpm

az_snp := input["az-snp-vtpm"]

executables := 3 if {
	listed("measurement", az_snp.measurement)
	listed("snp_pcr11", az_snp.tpm.pcr11)
}

hardware := 2 if {
	listed("tcb_bootloader", az_snp.reported_tcb_bootloader)
	listed("tcb_microcode", az_snp.reported_tcb_microcode)
	listed("tcb_snp", az_snp.reported_tcb_snp)
	listed("tcb_tee", az_snp.reported_tcb_tee)
}

configuration := 2 if {
	listed("smt_enabled", az_snp.platform_smt_enabled)
	listed("tsme_enabled", az_snp.platform_tsme_enabled)
	listed("abi_major", az_snp.policy_abi_major)
	listed("abi_minor", az_snp.policy_abi_minor)
	listed("single_socket", az_snp.policy_single_socket)
	listed("smt_allowed", az_snp.policy_smt_allowed)
}

# az-tdx-vtpm

az_tdx := input["az-tdx-vtpm"]

executables := 3 if listed("tdx_pcr11", az_tdx.tpm.pcr11)

hardware := 2 if tdx_genuine(az_tdx)

configuration := 2 if listed("xfam", az_tdx.quote.body.xfam)

# tpm: a chip alone says nothing of how the machine is set up.

executables := 3 if {
	listed("tpm_pcr11", input.tpm.pcr11)
	listed("trusted_aks", input.tpm.ak_public)
}

hardware := 2 if input.tpm

configuration := 0 if input.tpm

# se: the host key admits images of the owner only, so that evidence that verifies is enough.

executables := 3 if input.se

hardware := 2 if input.se

configuration := 2 if input.se

# sgx

executables := 3 if sgx_known

sgx_known if listed("sgx_mr_enclave", input.sgx.body.mr_enclave)

sgx_known if {
	listed("sgx_mr_signer", input.sgx.body.mr_signer)
	sgx_product
	at_least("sgx_min_isv_svn", number_of(input.sgx.body.isv_svn))
}

sgx_product if listed("sgx_isv_prod_id", input.sgx.body.isv_prod_id)

sgx_product if listed("sgx_isv_prod_id", number_of(input.sgx.body.isv_prod_id))

hardware := 2 if {
	sgx_real
	input.sgx.collateral_expiration_status == "0"
	sgx_patched
}

# A simulator's quote is never hardware, unless its root is trusted by name.
sgx_real if not input.sgx.simulated

sgx_real if {
	input.sgx.simulated == true
	listed("sgx_simulator_roots", input.sgx.root_key_id)
}

sgx_patched if input.sgx.tcb_status == "UpToDate"

sgx_patched if {
	input.sgx.tcb_status in {
		"SWHardeningNeeded",
		"ConfigurationNeeded",
		"ConfigurationAndSWHardeningNeeded",
	}
	count(input.sgx.advisory_ids) > 0
	every advisory in input.sgx.advisory_ids {
		listed("sgx_allowed_advisories", advisory)
	}
}

# Of the flags: DEBUG 0x02, PROVISION_KEY 0x10, EINITTOKEN_KEY 0x20.
configuration := 2 if {
	flags := substring(input.sgx.body["attributes.flags"], 0, 2)
	bits.and(number_of(flags), 50) == 0
	input.sgx.body.misc_select == "00000000"
}

instance_identity := 2 if listed("sgx_platforms", input.sgx.platform_instance_id)

# The number of little-endian bytes in hex, of one or two bytes.
number_of(text) := number if {
	digits := [indexof("0123456789abcdef", digit) | some digit in split(text, "")]
	not -1 in digits
	number := little_endian(digits)
}

little_endian([a, b]) := (a * 16) + b

little_endian([a, b, c, d]) := ((a * 16) + b) + (256 * ((c * 16) + d))

# What the guest's agent was told to run.

extensions := [{
	"name": "ear.trustee.identifiers",
	"key": -18,
	"value": {"validated": identifiers},
}]

identifiers[name] := values if {
	some name, values in {"container_images": container_images, "container_uids": container_uids}
	count(values) > 0
}

containers := object.get(input, ["init_data_claims", "agent_policy_claims", "containers"], [])

container_images := [image | image := containers[_].OCI.Annotations["io.kubernetes.cri.image-name"]]

container_uids := [uid | uid := containers[_].OCI.Process.User.UID]
