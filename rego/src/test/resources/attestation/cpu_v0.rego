# The appraisal of cpu_v1.rego in the older syntax.
package policy

default executables = 33

default hardware = 97

default configuration = 36

default instance_identity = 0

trust_claims = {
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
listed(id, value) { query_reference_value(id)[_] == value }

equals(id, value) {
	reference := query_reference_value(id)
	reference != null
	value == reference
}

# Without the question for the kind, everything would be at least null.
at_least(id, value) {
	reference := query_reference_value(id)
	is_number(reference)
	is_number(value)
	value >= reference
}

# One value or a list of them.
allowed(id, value) { listed(id, value) } { equals(id, value) }

# sample

executables = 3 { listed("launch_digest", input.sample.launch_digest) }

hardware = 2 {
	listed("svn", input.sample.svn)
	equals("major_version", input.sample.platform_version.major)
	at_least("minimum_minor_version", input.sample.platform_version.minor)
}

configuration = 2 { input.sample.debug == false }

# snp

executables = 3 { listed("snp_launch_measurement", input.snp.measurement) }

hardware = 2 {
	listed("snp_bootloader", input.snp.reported_tcb_bootloader)
	listed("snp_microcode", input.snp.reported_tcb_microcode)
	listed("snp_snp_svn", input.snp.reported_tcb_snp)
	listed("snp_tee_svn", input.snp.reported_tcb_tee)
}

configuration = 2 {
	snp_closed
	allowed("snp_smt_enabled", input.snp.platform_smt_enabled)
	allowed("snp_tsme_enabled", input.snp.platform_tsme_enabled)
	allowed("snp_guest_abi_major", input.snp.policy_abi_major)
	allowed("snp_guest_abi_minor", input.snp.policy_abi_minor)
	allowed("snp_single_socket", input.snp.policy_single_socket)
	allowed("snp_smt_allowed", input.snp.policy_smt_allowed)
} else = 3 {
	snp_closed
}

snp_closed {
	input.snp.policy_debug_allowed == false
	input.snp.policy_migrate_ma == false
}

# tdx

executables = 3 {
	tdx_booted
	tdx_kernel
	tdx_parameters
} else = 4 {
	tdx_booted
}

hardware = 2 {
	tdx_genuine(input.tdx)
	input.tdx.collateral_expiration_status == "0"
}

configuration = 2 {
	input.tdx.td_attributes.debug == false
	listed("xfam", input.tdx.quote.body.xfam)
}

tdx_booted {
	listed("rtmr_1", input.tdx.quote.body.rtmr_1)
	listed("rtmr_2", input.tdx.quote.body.rtmr_2)
}

tdx_kernel {
	event := input.tdx.uefi_event_logs[_]
	event.type_name == "EV_EFI_BOOT_SERVICES_APPLICATION"
	event.details.device_paths[_] == "File(kernel)"
	equals("tdvfkernel", event.digests[_].digest)
}

tdx_parameters {
	event := input.tdx.uefi_event_logs[_]
	event.type_name == "EV_EVENT_TAG"
	event.details.string == "LOADED_IMAGE::LoadOptions"
	equals("tdvfkernelparams", event.digests[_].digest)
}

tdx_genuine(tdx) {
	tdx.quote.header.tee_type == "81000000"
	tdx.quote.header.vendor_id == "939a7233f79c4ca9940a0db3957f0607"
	listed("mr_td", tdx.quote.body.mr_td)
	tdx.tcb_status == "UpToDate"
}

# az-snp-vtpm

az_snp = input["az-snp-vtpm"]

executables = 3 {
	listed("measurement", az_snp.measurement)
	listed("snp_pcr11", az_snp.tpm.pcr11)
}

hardware = 2 {
	listed("tcb_bootloader", az_snp.reported_tcb_bootloader)
	listed("tcb_microcode", az_snp.reported_tcb_microcode)
	listed("tcb_snp", az_snp.reported_tcb_snp)
	listed("tcb_tee", az_snp.reported_tcb_tee)
}

configuration = 2 {
	listed("smt_enabled", az_snp.platform_smt_enabled)
	listed("tsme_enabled", az_snp.platform_tsme_enabled)
	listed("abi_major", az_snp.policy_abi_major)
	listed("abi_minor", az_snp.policy_abi_minor)
	listed("single_socket", az_snp.policy_single_socket)
	listed("smt_allowed", az_snp.policy_smt_allowed)
}

# az-tdx-vtpm

az_tdx = input["az-tdx-vtpm"]

executables = 3 { listed("tdx_pcr11", az_tdx.tpm.pcr11) }

hardware = 2 { tdx_genuine(az_tdx) }

configuration = 2 { listed("xfam", az_tdx.quote.body.xfam) }

# tpm: a chip alone says nothing of how the machine is set up.

executables = 3 {
	listed("tpm_pcr11", input.tpm.pcr11)
	listed("trusted_aks", input.tpm.ak_public)
}

hardware = 2 { input.tpm }

configuration = 0 { input.tpm }

# se: the host key admits images of the owner only, so that evidence that verifies is enough.

executables = 3 { input.se }

hardware = 2 { input.se }

configuration = 2 { input.se }

# sgx

executables = 3 { sgx_known }

sgx_known { listed("sgx_mr_enclave", input.sgx.body.mr_enclave) }

sgx_known {
	listed("sgx_mr_signer", input.sgx.body.mr_signer)
	sgx_product
	at_least("sgx_min_isv_svn", number_of(input.sgx.body.isv_svn))
}

sgx_product { listed("sgx_isv_prod_id", input.sgx.body.isv_prod_id) }

sgx_product { listed("sgx_isv_prod_id", number_of(input.sgx.body.isv_prod_id)) }

hardware = 2 {
	sgx_real
	input.sgx.collateral_expiration_status == "0"
	sgx_patched
}

# A simulator's quote is never hardware, unless its root is trusted by name.
sgx_real { not input.sgx.simulated }

sgx_real {
	input.sgx.simulated == true
	listed("sgx_simulator_roots", input.sgx.root_key_id)
}

sgx_patched { input.sgx.tcb_status == "UpToDate" }

sgx_patched {
	tolerable := {"SWHardeningNeeded", "ConfigurationNeeded", "ConfigurationAndSWHardeningNeeded"}
	tolerable[input.sgx.tcb_status]
	count(input.sgx.advisory_ids) > 0
	not unexpected_advisory
}

unexpected_advisory {
	advisory := input.sgx.advisory_ids[_]
	not listed("sgx_allowed_advisories", advisory)
}

# Of the flags: DEBUG 0x02, PROVISION_KEY 0x10, EINITTOKEN_KEY 0x20.
configuration = 2 {
	flags := substring(input.sgx.body["attributes.flags"], 0, 2)
	bits.and(number_of(flags), 50) == 0
	input.sgx.body.misc_select == "00000000"
}

instance_identity = 2 { listed("sgx_platforms", input.sgx.platform_instance_id) }

# The number of little-endian bytes in hex, of one or two bytes.
number_of(text) = number {
	digits := [indexof("0123456789abcdef", digit) | digit := split(text, "")[_]]
	count([1 | digits[_] == -1]) == 0
	number := little_endian(digits)
}

little_endian([a, b]) = (a * 16) + b

little_endian([a, b, c, d]) = ((a * 16) + b) + (256 * ((c * 16) + d))

# What the guest's agent was told to run.

extensions = [{
	"name": "ear.trustee.identifiers",
	"key": -18,
	"value": {"validated": identifiers},
}]

identifiers["container_images"] = container_images { count(container_images) > 0 }

identifiers["container_uids"] = container_uids { count(container_uids) > 0 }

containers = object.get(input, ["init_data_claims", "agent_policy_claims", "containers"], [])

container_images = [image | image := containers[_].OCI.Annotations["io.kubernetes.cri.image-name"]]

container_uids = [uid | uid := containers[_].OCI.Process.User.UID]
