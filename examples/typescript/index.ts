import * as pulumi from "@pulumi/pulumi";
import { ReviewGate } from "@pulumi/signoff";

const config = new pulumi.Config();

const gate = new ReviewGate("gate", {
  slackChannel: "#approvals",
  slackWebhookUrl: config.requireSecret("slackWebhookUrl"),
  reviewTimeout: "2h",
  protected: false,
});

/** Start an execution with a request as its input; its output is the answer. */
export const reviewMachineArn = gate.reviewMachineArn;
export const decisionApiUrl = gate.decisionApiUrl;
