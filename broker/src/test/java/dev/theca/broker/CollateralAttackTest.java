package dev.theca.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.forge.SgxPlatform.Knobs;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Platforms that are not what they were, and a provisioning service that says what it likes. What
 * nobody may believe is refused by 401 when it is attested; what an owner might want gets a token,
 * which the default policies open nothing for (403).
 */
class CollateralAttackTest {
  @TempDir Path folder;

  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration OVER = Duration.ofMinutes(-2);

  static Stream<Arguments> refused() {
    return Stream.of(
        Arguments.of("revoked PCK", Knobs.good().withRevoked(true, false), "revocation-pck"),
        Arguments.of(
            "revoked intermediate",
            Knobs.good().withRevoked(false, true),
            "revocation-intermediate"),
        Arguments.of("revoked TCB", Knobs.good().withTcb("Revoked"), "tcb-revoked"),
        Arguments.of("revoked quoting enclave", Knobs.good().withQe("Revoked"), "tcb-revoked"),
        Arguments.of(
            "another platform's collateral",
            Knobs.good().withOtherFmspc(),
            "collateral-tcb-info-mismatch"),
        Arguments.of(
            "expired documents",
            Knobs.good().withValidity(OVER, DAY, DAY),
            "collateral-tcb-info-expired"),
        Arguments.of(
            "expired CRLs", Knobs.good().withValidity(DAY, OVER, DAY), "revocation-crl-expired"),
        Arguments.of(
            "expired certificates", Knobs.good().withValidity(DAY, DAY, OVER), "chain-expired"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void a_platform_that_nobody_may_believe_gets_no_token(String name, Knobs knobs, String code)
      throws IOException {
    try (var platform = new Provisioning(knobs);
        var broker = new Scene(folder, platform).provisioned()) {
      var guest = new Guest(platform);
      var answer = guest.attest(broker, Guest.auth(broker));
      assertThat(answer.statusCode()).as(name + " " + answer.body()).isEqualTo(401);
      assertThat(Running.code(answer)).as(answer.body()).isEqualTo(code);
    }
  }

  static Stream<Arguments> unwanted() {
    Consumer<Provisioning.Enclave> debug = e -> e.flags = 0x7;
    Consumer<Provisioning.Enclave> provisioning = e -> e.flags = 0x15;
    Consumer<Provisioning.Enclave> nothing = e -> {};
    return Stream.of(
        Arguments.of(
            "out of date",
            Knobs.good().withTcb("OutOfDate", "INTEL-SA-1"),
            nothing,
            "hardware-contraindicated"),
        Arguments.of(
            "out of date QE",
            Knobs.good().withQe("OutOfDate"),
            nothing,
            "hardware-contraindicated"),
        Arguments.of(
            "configuration needed",
            Knobs.good().withTcb("ConfigurationNeeded", "INTEL-SA-2"),
            nothing,
            "hardware-unsafe"),
        Arguments.of(
            "hardening needed",
            Knobs.good().withTcb("SWHardeningNeeded", "INTEL-SA-3"),
            nothing,
            "hardware-unsafe"),
        Arguments.of("debug", Knobs.good(), debug, "configuration-unsupportable"),
        Arguments.of("provisioning key", Knobs.good(), provisioning, "configuration-unavailable"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unwanted")
  void a_platform_that_an_owner_might_want_opens_nothing_until_he_says_so(
      String name, Knobs knobs, Consumer<Provisioning.Enclave> change, String code)
      throws IOException {
    try (var platform = new Provisioning(knobs);
        var broker = new Scene(folder, platform).provisioned()) {
      var guest = new Guest(platform);
      change.accept(guest.enclave);
      var challenged = Guest.auth(broker);
      var answer = guest.attest(broker, challenged);
      assertThat(answer.statusCode()).as(name + " " + answer.body()).isEqualTo(200);
      var denied = Guest.get(broker, challenged.cookie(), "default/key/one");
      assertThat(denied.statusCode()).as(denied.body()).isEqualTo(403);
      assertThat(Running.code(denied)).isEqualTo(code);
    }
  }

  /** Says for a moment that the platform is out of date, then again what was true before. */
  private static void forget(Provisioning platform, Guest guest, Running broker)
      throws InterruptedException {
    Duration moment = Duration.ofSeconds(3);
    while (!attestedWithin(moment, platform, guest, broker)) moment = moment.multipliedBy(2);
    platform.publish(Knobs.good(), Instant.now().minus(Duration.ofHours(2)));
    Thread.sleep(moment.plusMillis(100));
  }

  /** False where the moment was over before the broker had looked. */
  private static boolean attestedWithin(
      Duration moment, Provisioning platform, Guest guest, Running broker) {
    var brief = Knobs.good().withValidity(moment, DAY, DAY.multipliedBy(9));
    platform.publish(brief.withTcb("OutOfDate", "INTEL-SA-1"), Instant.now());
    var answer = guest.attest(broker, Guest.auth(broker));
    if (answer.statusCode() == 401 && moment.compareTo(Duration.ofMinutes(1)) < 0) {
      assertThat(Running.code(answer)).isEqualTo("collateral-tcb-info-expired");
      return false;
    }
    Scene.done(answer);
    return true;
  }

  @Test
  void collateral_of_an_earlier_edition_is_refused_where_a_later_one_was_seen() throws Exception {
    try (var platform = new Provisioning(Knobs.good());
        var broker = new Scene(folder, platform).provisioned()) {
      var guest = new Guest(platform);
      forget(platform, guest, broker);
      var answer = guest.attest(broker, Guest.auth(broker));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(401);
      assertThat(Running.code(answer)).isEqualTo("collateral-rollback");
    }
  }

  @Test
  void a_restart_forgets_no_edition() throws Exception {
    try (var platform = new Provisioning(Knobs.good())) {
      var scene = new Scene(folder, platform);
      var guest = new Guest(platform);
      try (var broker = scene.provisioned()) {
        forget(platform, guest, broker);
      }
      try (var broker = scene.start("state")) {
        var answer = guest.attest(broker, Guest.auth(broker));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(401);
        assertThat(Running.code(answer)).isEqualTo("collateral-rollback");
        platform.publish(Knobs.good(), Instant.now());
        Scene.done(guest.attest(broker, Guest.auth(broker)));
      }
    }
  }
}
