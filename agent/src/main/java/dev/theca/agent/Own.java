package dev.theca.agent;

import dev.theca.enclave.handover.Payload;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.kbs.KbsUri;
import dev.theca.wire.secret.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What the broker gave for one container: its secret files, and secrets of volumes that stay. */
record Own(List<Payload.SecretFile> files, List<DurableVolumes.Wanted> volumes) {
  private static final int KEY_BYTES = 32;

  /** All of it or, with what was there zeroed, nothing. */
  static Outcome<Own> fetched(Function<KbsUri, Outcome<Secret>> broker, ImageRules rules) {
    return files(broker, rules.secrets())
        .then(files -> with(files, volumes(broker, rules.volumes())));
  }

  private static Outcome<Own> with(
      List<Payload.SecretFile> files, Outcome<List<DurableVolumes.Wanted>> volumes) {
    if (!volumes.isGranted()) files.forEach(file -> file.content().close());
    return volumes.map(wanted -> new Own(files, wanted));
  }

  /** The owner's secrets for the volumes that stay. */
  private static Outcome<List<DurableVolumes.Wanted>> volumes(
      Function<KbsUri, Outcome<Secret>> broker, List<VolumeRule> rules) {
    var wanted = new ArrayList<DurableVolumes.Wanted>();
    for (var rule : rules) {
      var secret =
          broker
              .apply(rule.key())
              .then(
                  key ->
                      key.sizeBytes() >= KEY_BYTES
                          ? Outcome.granted(key)
                          : Outcome.<Secret>refused(
                              Code.of("volume-secret"),
                              "secret of volume " + rule.name(),
                              "at least " + KEY_BYTES + " bytes",
                              key.sizeBytes() + " bytes",
                              "let the broker generate one: theca broker resource generate"));
      if (secret instanceof Outcome.Refused<Secret> no) {
        wanted.forEach(DurableVolumes.Wanted::close);
        return no.as();
      }
      wanted.add(new DurableVolumes.Wanted(rule, secret.orThrow()));
    }
    return Outcome.granted(List.copyOf(wanted));
  }

  private static Outcome<List<Payload.SecretFile>> files(
      Function<KbsUri, Outcome<Secret>> broker, List<ImageRules.SecretRule> rules) {
    var files = new ArrayList<Payload.SecretFile>();
    for (var rule : rules) {
      var content = broker.apply(rule.resource());
      if (content instanceof Outcome.Refused<Secret> no) {
        files.forEach(file -> file.content().close());
        return no.as();
      }
      files.add(
          new Payload.SecretFile(
              rule.path(), rule.uid(), rule.gid(), rule.mode(), content.orThrow()));
    }
    return Outcome.granted(List.copyOf(files));
  }
}
