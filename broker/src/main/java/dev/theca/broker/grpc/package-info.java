/** The attestation service and the reference value provider over gRPC and REST (Trustee's API). */
@org.jspecify.annotations.NullMarked
package dev.theca.broker.grpc;
