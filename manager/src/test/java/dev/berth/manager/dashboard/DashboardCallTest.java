package dev.berth.manager.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DashboardCallTest {
  @ParameterizedTest
  @CsvSource({
    "GET,/containers/json?all=1",
    "GET,/events?since=5",
    "GET,/berth/v1/monitor/hosts/lab-h1-0a/series",
    "GET,/berth/v1/tenants/acme",
    "GET,/berth/v1/audit?follow=true",
    "PUT,/berth/v1/hosts/lab-h1",
  })
  void calls_of_the_page_stand_for_those_of_the_other_interfaces(String method, String target) {
    assertThat(DashboardCall.target(method, target)).contains(target);
  }

  @ParameterizedTest
  @CsvSource({
    "POST,/containers/create",
    "DELETE,/berth/v1/hosts/lab-h1",
    "POST,/berth/v1/hosts/lab-h1/revoke",
    "GET,/berth/v1/tokens",
    "GET,/containers/x/json",
    "GET,/containers/x/attach/ws",
    "GET,/berth/v1/tenants/..%2ftokens",
    "GET,/berth/v1/tenants/../tokens",
    "GET,/berth/v1/tenants/acme/../../tokens",
    "PUT,/berth/v1/hosts/../users/ann/password",
    "GET,//containers/json",
    "GET,/v1.41/containers/json",
    "HEAD,/containers/json",
  })
  void no_other_call_gets_through(String method, String target) {
    assertThat(DashboardCall.target(method, target)).isEmpty();
  }
}
