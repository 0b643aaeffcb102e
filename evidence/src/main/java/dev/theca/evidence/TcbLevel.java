package dev.theca.evidence;

import java.time.Instant;
import java.util.List;
import java.util.SortedSet;

/**
 * A published TCB level of a platform model: a platform fits when each of its SVNs is at least
 * this.
 *
 * @param sgx the 16 SVNs of the CPU's components
 * @param tdx the 16 SVNs of the TDX module's components; empty for SGX
 */
public record TcbLevel(
    List<Integer> sgx,
    int pceSvn,
    List<Integer> tdx,
    Instant date,
    TcbStatus status,
    SortedSet<String> advisories) {}
