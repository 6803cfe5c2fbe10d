"""The rules as a policy pack: `pulumi preview --policy-pack policies/pack`."""

import rules
from pulumi_policy import (
    EnforcementLevel,
    PolicyPack,
    ResourceValidationPolicy,
    StackValidationPolicy,
)


def _of_each(name, rule):
    """A policy for each resource."""

    def validate(args, report):
        resource = rules.Resource(
            kind=args.resource_type,
            urn=args.urn,
            properties=args.props,
            protected=args.opts.protect,
        )
        for complaint in rule(resource):
            report(complaint)

    return ResourceValidationPolicy(name=name, description=rule.__doc__, validate=validate)


def _of_the_stage(name, kind, rule):
    """A policy for resources of one kind, which needs all resources."""

    def validate(args, report):
        resources = [
            rules.Resource(
                kind=it.resource_type,
                urn=it.urn,
                properties=it.props,
                belongs_to=[one.urn for one in it.property_dependencies.get("bucket", ())],
            )
            for it in args.resources
        ]
        for resource in resources:
            if resource.kind == kind:
                for complaint in rule(resource, resources):
                    report(complaint, resource.urn)

    return StackValidationPolicy(name=name, description=rule.__doc__, validate=validate)


PolicyPack(
    name="signoff",
    enforcement_level=EnforcementLevel.MANDATORY,
    policies=[
        _of_the_stage("buckets-are-private", rules.BUCKET, rules.is_private),
        _of_each("permissions-are-narrow", rules.has_narrow_permissions),
        _of_each("data-is-encrypted", rules.is_encrypted),
        _of_each("logs-end", rules.has_log_retention),
        _of_each("data-survives", rules.survives),
        _of_each("secrets-stay-out-of-environments", rules.has_no_secret_in_environment),
        _of_each("everything-is-tagged", rules.is_tagged),
    ],
)
