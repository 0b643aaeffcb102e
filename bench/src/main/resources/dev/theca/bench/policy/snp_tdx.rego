# The parts for SNP and TDX of the policy for processors, as a rival has them too.
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

listed(id, value) if value in query_reference_value(id)

equals(id, value) if {
	reference := query_reference_value(id)
	reference != null
	value == reference
}

allowed(id, value) if listed(id, value)

allowed(id, value) if equals(id, value)

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

executables := 3 if {
	tdx_booted
	tdx_kernel
	tdx_parameters
} else := 4 if tdx_booted

hardware := 2 if {
	input.tdx.quote.header.tee_type == "81000000"
	input.tdx.quote.header.vendor_id == "939a7233f79c4ca9940a0db3957f0607"
	listed("mr_td", input.tdx.quote.body.mr_td)
	input.tdx.tcb_status == "UpToDate"
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
