package dev.theca.broker;

import dev.theca.broker.grpc.AttestationPort;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Reference values for the attestation service's own ports; signed messages only. */
final class ServiceReferences implements AttestationPort.References {
  private final House house;
  private final boolean setters;

  ServiceReferences(House house, boolean setters) {
    this.house = house;
    this.setters = setters;
  }

  @Override
  public Optional<String> query(String id) {
    return house.references().find(id, house.clock().instant()).map(Json::text);
  }

  @Override
  public Outcome<List<String>> register(String message) {
    if (!setters) return ServicePolicies.readOnly("reference values");
    return Json.object(message.getBytes(StandardCharsets.UTF_8))
        .then(json -> house.references().register(json, house.clock().instant()));
  }
}
