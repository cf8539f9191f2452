"""Raise the catalogue's revision whenever something that a public page shows changes, also by raw SQL.

The lists of a network have no model of their own, which a trigger could be declared on: theirs are made here.
"""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

LISTS = ("states", "member_kinds", "fields_of_action", "target_groups", "successors")


def on_lists(statement):
    return [statement.format(table=f"catalogue_network_{name}") for name in LISTS]


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0003_index_storage")]
    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='exampleindex',
            name='raise_revision',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attachment',
            trigger=pgtrigger.compiler.Trigger(name='raise_revision', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    UPDATE catalogue_cataloguerevision SET number = number + 1;\n    RETURN NULL;\n', hash='635d0208937a6e8cfbbaeb85739c3d623c557370', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_raise_revision_3ca12', table='catalogue_attachment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='audience',
            trigger=pgtrigger.compiler.Trigger(name='raise_revision', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    UPDATE catalogue_cataloguerevision SET number = number + 1;\n    RETURN NULL;\n', hash='21c0fecaf2a7a430ad51fc35aaca27b3befeb9cd', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_raise_revision_23817', table='catalogue_audience', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='boardstatement',
            trigger=pgtrigger.compiler.Trigger(name='raise_revision', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    UPDATE catalogue_cataloguerevision SET number = number + 1;\n    RETURN NULL;\n', hash='1fb15a143b00a7a7160969b581fbfec0195d738e', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_raise_revision_5aba2', table='catalogue_boardstatement', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='consent',
            trigger=pgtrigger.compiler.Trigger(name='raise_revision', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    UPDATE catalogue_cataloguerevision SET number = number + 1;\n    RETURN NULL;\n', hash='f5c1b584f9baf2801e88efb0c308e26fa97ef1d7', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_raise_revision_85aaa', table='catalogue_consent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='contactperson',
            trigger=pgtrigger.compiler.Trigger(name='raise_revision', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    UPDATE catalogue_cataloguerevision SET number = number + 1;\n    RETURN NULL;\n', hash='e575a43c2b3f237462fefa66095e03721c5388b9', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_raise_revision_fa7a7', table='catalogue_contactperson', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='exampleindex',
            trigger=pgtrigger.compiler.Trigger(name='raise_revision', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    UPDATE catalogue_cataloguerevision SET number = number + 1;\n    RETURN NULL;\n', hash='ad87e6403cf68af9b2992e645e6cb4082d7fa11e', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_raise_revision_e4ced', table='catalogue_exampleindex', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='federalstate',
            trigger=pgtrigger.compiler.Trigger(name='raise_revision', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    UPDATE catalogue_cataloguerevision SET number = number + 1;\n    RETURN NULL;\n', hash='91f974d79a2d23ab5c2a1f93f985ccd9df975403', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_raise_revision_0d681', table='catalogue_federalstate', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='fieldofaction',
            trigger=pgtrigger.compiler.Trigger(name='raise_revision', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    UPDATE catalogue_cataloguerevision SET number = number + 1;\n    RETURN NULL;\n', hash='bb481d2aab5e547c2cd4d0b925c6ae12c8ddc929', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_raise_revision_f22b5', table='catalogue_fieldofaction', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='formalisation',
            trigger=pgtrigger.compiler.Trigger(name='raise_revision', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    UPDATE catalogue_cataloguerevision SET number = number + 1;\n    RETURN NULL;\n', hash='cca5495f4c3b03d011896b101c31d50b81189df1', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_raise_revision_58765', table='catalogue_formalisation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='link',
            trigger=pgtrigger.compiler.Trigger(name='raise_revision', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    UPDATE catalogue_cataloguerevision SET number = number + 1;\n    RETURN NULL;\n', hash='9d98d018136953496352f4fed9506bdefb48ee5e', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_raise_revision_b517b', table='catalogue_link', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='memberkind',
            trigger=pgtrigger.compiler.Trigger(name='raise_revision', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    UPDATE catalogue_cataloguerevision SET number = number + 1;\n    RETURN NULL;\n', hash='631e4c9f5c6d6bcf56b519237788a28df52115d6', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_raise_revision_b17bb', table='catalogue_memberkind', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='network',
            trigger=pgtrigger.compiler.Trigger(name='raise_revision', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    UPDATE catalogue_cataloguerevision SET number = number + 1;\n    RETURN NULL;\n', hash='0339df1d1c3e495d9844a2b80a457c9571a06de2', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_raise_revision_dd2df', table='catalogue_network', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='networktype',
            trigger=pgtrigger.compiler.Trigger(name='raise_revision', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    UPDATE catalogue_cataloguerevision SET number = number + 1;\n    RETURN NULL;\n', hash='5c9ec4d8866d515bc569c20e604abb1afbbc5973', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_raise_revision_a4a74', table='catalogue_networktype', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='socialmedia',
            trigger=pgtrigger.compiler.Trigger(name='raise_revision', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    UPDATE catalogue_cataloguerevision SET number = number + 1;\n    RETURN NULL;\n', hash='5a85be7a26b39ef9aa98baea3772250ca76146e4', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_raise_revision_f2ade', table='catalogue_socialmedia', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='targetgroup',
            trigger=pgtrigger.compiler.Trigger(name='raise_revision', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    UPDATE catalogue_cataloguerevision SET number = number + 1;\n    RETURN NULL;\n', hash='57dee8178b1ae798e2bb9a5b6649e325ab6add32', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_raise_revision_bc43b', table='catalogue_targetgroup', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='topic',
            trigger=pgtrigger.compiler.Trigger(name='raise_revision', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    UPDATE catalogue_cataloguerevision SET number = number + 1;\n    RETURN NULL;\n', hash='a2e824b1de5b6a41226a3f73b1adaf8fc46b19e1', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_raise_revision_473f8', table='catalogue_topic', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='transfer',
            trigger=pgtrigger.compiler.Trigger(name='raise_revision', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    UPDATE catalogue_cataloguerevision SET number = number + 1;\n    RETURN NULL;\n', hash='5a0f6aa25e8ca4dce5fb191c772f413e7f96d6df', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_raise_revision_050ba', table='catalogue_transfer', when='BEFORE')),
        ),
        migrations.RunSQL(
            [
                """
                CREATE FUNCTION catalogue_raise_revision() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    UPDATE catalogue_cataloguerevision SET number = number + 1;
                    RETURN NULL;
                END $$
                """,
                *on_lists(
                    "CREATE TRIGGER raise_revision BEFORE INSERT OR UPDATE OR DELETE ON {table} "
                    "FOR EACH STATEMENT EXECUTE FUNCTION catalogue_raise_revision()"
                ),
            ],
            [*on_lists("DROP TRIGGER raise_revision ON {table}"), "DROP FUNCTION catalogue_raise_revision()"],
        ),
    ]
