package dev.berth.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.engine.EngineCall.Course;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineCallTest {

  @ParameterizedTest
  @CsvSource({
    "POST, /v1.41/containers/create?name=a, true",
    "POST, /containers/abc/start, true",
    "POST, /containers/abc/stop?t=5, true",
    "POST, /v1.41/containers/abc/restart, true",
    "POST, /containers/abc/kill, true",
    "DELETE, /containers/abc?force=1, true",
    "POST, /containers/abc/rename?name=b, true",
    "POST, /containers/abc/update, true",
    "POST, /containers/abc/pause, true",
    "POST, /containers/abc/unpause, true",
    "POST, /containers/abc/exec, true",
    "POST, /containers/prune, true",
    "POST, /networks/create, true",
    "DELETE, /volumes/abc, true",
    "POST, /containers/abc/wait, false",
    "POST, /containers/abc/attach, false",
    "POST, /containers/abc/resize?h=1&w=1, false",
    "POST, /exec/abc/start, false",
    "POST, /build, false",
    "POST, /images/create?fromImage=a, false",
    "PUT, /containers/abc/archive?path=/, false",
    "GET, /containers/abc/json, false",
    "GET, /networks, false",
  })
  void a_new_leader_waits_for_short_calls_that_decide_what_exists(
      String method, String target, boolean fenced) {
    assertThat(EngineCall.of(method, target).fenced()).isEqualTo(fenced);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v1.41/containers/abc/logs?stdout=1&follow=1, LASTING",
    "GET, /containers/abc/logs?follow=0&stdout=1, ORDINARY",
    "GET, /containers/abc/logs?stdout=1, ORDINARY",
    "GET, /containers/abc/stats, LASTING",
    "GET, /containers/abc/stats?stream=false, ORDINARY",
    "POST, /containers/abc/wait?condition=next-exit, LASTING",
    "GET, /events, LASTING",
    "POST, /build?t=a, LASTING",
    "POST, /images/create?fromImage=a, LASTING",
    "POST, /images/registry/a/b/push, LASTING",
    "GET, /images/wait/json, ORDINARY",
    "POST, /v1.24/containers/abc/attach?stream=1, HIJACKING",
    "GET, /containers/abc/attach/ws, HIJACKING",
    "POST, /exec/abc/start, HIJACKING",
    "POST, /session, HIJACKING",
    "POST, /containers/create, ORDINARY",
    "GET, /, ORDINARY",
  })
  void a_call_that_can_wait_in_silence_is_told_from_others(
      String method, String target, Course course) {
    assertThat(EngineCall.of(method, target).course()).isEqualTo(course);
  }
}
