package dev.theca.node.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.json.Json;
import dev.theca.wire.nodeagent.MountWish;
import dev.theca.wire.nodeagent.PrepareRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WishTest {
  private static final String POD =
      "{\"annotations\":{\"io.theca.image-digest.app\":\"sha256:" + "ab".repeat(32) + "\"}}";

  private static Spec spec(String json) {
    return new Spec(Json.object(json.getBytes(StandardCharsets.UTF_8)).orThrow());
  }

  private static PrepareRequest wish(String image, String user) {
    String json =
        """
        {"annotations":{"io.kubernetes.cri.image-name":"%s","io.kubernetes.cri.container-name":"app"},
         "process":{"args":["/run"],"env":["A=1"],"cwd":"/work","user":%s},
         "mounts":[{"destination":"/proc","type":"proc"},
           {"destination":"/data","type":"bind","source":"/x","options":["rbind","ro"]},
           {"destination":"/var/lib/db","type":"bind","source":"/s/containers/c1/volumes/77"}]}
        """
            .formatted(image, user);
    return Wish.of("c1", spec(json), spec(POD), () -> Optional.of("from.snapshot/x:1"));
  }

  @Test
  void all_that_the_pod_asks_for_is_said_and_the_images_own_volumes_stay_sealed() {
    var wish = wish("r.example/team/app:1", "{\"uid\":0,\"gid\":0}");
    assertThat(wish.image()).isEqualTo("r.example/team/app:1");
    assertThat(wish.digestHint()).isEqualTo("sha256:" + "ab".repeat(32));
    assertThat(wish.cwd()).isEqualTo("/work");
    assertThat(wish.mounts())
        .isEqualTo(
            List.of(new MountWish("/proc", "proc", false), new MountWish("/data", "bind", true)));
  }

  @Test
  void an_image_without_a_name_is_asked_of_the_snapshotter() {
    String user = "{\"uid\":0,\"gid\":0}";
    for (String none : List.of("", "sha256:" + "0".repeat(64), "0".repeat(64)))
      assertThat(wish(none, user).image()).as(none).isEqualTo("from.snapshot/x:1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"uid\":0,\"gid\":0,\"additionalGids\":[0]} | 0 | []",
        "{\"uid\":65400,\"gid\":65400,\"additionalGids\":[65400]} | '' | []",
        "{\"uid\":1000,\"gid\":0,\"additionalGids\":[0,2000]} | 1000 | [2000]",
        "{\"uid\":1000,\"gid\":3000,\"additionalGids\":[3000]} | 1000:3000 | []"
      })
  void a_number_that_was_invented_for_a_name_is_no_wish(String user, String name, String groups) {
    var wish = wish("r/x:1", user);
    assertThat(wish.user()).isEqualTo(name);
    assertThat(wish.groups().toString()).isEqualTo(groups);
  }
}
