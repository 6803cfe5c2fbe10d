import * as pulumi from "@pulumi/pulumi";
import { ReviewGate } from "@pulumi/signoff";

const config = new pulumi.Config();

const gate = new ReviewGate("gate", {
  slackChannel: "#approvals",
  slackWebhookUrl: config.requireSecret("slackWebhookUrl"),
  reviewTimeout: "2h",
  protected: false,
});

/** Whoever starts an execution of it with a request asks, and gets the answer as its output. */
export const reviewMachineArn = gate.reviewMachineArn;
export const decisionApiUrl = gate.decisionApiUrl;
