import pytest
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError

from mkt_blog.models import Author, Category

pytestmark = pytest.mark.django_db


def paths():
    return sorted(Category.objects.values_list("path", flat=True))


class TestCategoryTree:
    def test_path_holds_the_slugs_from_the_root_down(self, baking):
        bread = Category.objects.create(name="Sour bread", parent=baking)

        assert bread.path == "food/baking/sour-bread"
        assert [ancestor.name for ancestor in bread.get_ancestors()] == ["Food", "Baking"]

    def test_descendants_do_not_include_a_neighbour_with_a_longer_name(self, food, baking):
        Category.objects.create(name="Food policy")

        assert list(food.get_descendants()) == [baking]
        assert set(food.get_descendants(include_self=True)) == {food, baking}

    def test_new_slug_is_carried_down_the_branch(self, food, baking):
        Category.objects.create(name="Bread", parent=baking)
        food.slug = "kitchen"
        food.save()

        assert paths() == ["kitchen", "kitchen/baking", "kitchen/baking/bread"]

    def test_moving_a_branch_moves_all_of_it(self, baking):
        Category.objects.create(name="Bread", parent=baking)
        baking.parent = Category.objects.create(name="Craft")
        baking.save()

        assert paths() == ["craft", "craft/baking", "craft/baking/bread", "food"]

    @pytest.mark.parametrize("below", ["itself", "child"])
    def test_cycle_is_refused_and_nothing_changes(self, food, baking, below):
        food.parent = food if below == "itself" else baking

        with pytest.raises(ValidationError, match="below itself"):
            food.save()
        assert paths() == ["food", "food/baking"]

    def test_cycle_is_an_error_of_the_form_too(self, food, baking):
        food.parent = baking

        with pytest.raises(ValidationError) as caught:
            food.full_clean()
        assert "parent" in caught.value.message_dict

    def test_same_slug_is_allowed_in_another_branch_only(self, food, baking):
        craft = Category.objects.create(name="Craft")
        Category.objects.create(name="Baking", parent=craft)

        with pytest.raises(ValidationError) as caught:
            Category(name="Other", slug="baking", parent=food).full_clean()
        assert "slug" in caught.value.message_dict

    def test_category_with_children_is_not_deleted(self, food, baking):
        with pytest.raises(ProtectedError):
            food.delete()

    def test_saving_one_field_keeps_the_path_right(self, food, baking):
        food.slug = "kitchen"
        food.save(update_fields=["slug"])

        assert paths() == ["kitchen", "kitchen/baking"]


class TestSlug:
    def test_is_made_from_the_name(self, ann):
        assert ann.slug == "ann-other"

    def test_is_free(self, ann):
        assert Author.objects.create(name="Ann Other").slug == "ann-other-2"

    def test_keeps_letters_of_every_script(self, db):
        assert Author.objects.create(name="Ольга 林").slug == "ольга-林"

    def test_of_a_name_without_letters_is_the_kind_of_term(self, db):
        assert Author.objects.create(name="!!!").slug == "author"

    def test_may_be_the_same_in_another_language(self, ann, german):
        assert Author.objects.create(name="Ann Other", locale=german).slug == "ann-other"


def test_author_outlives_the_account(django_user_model):
    user = django_user_model.objects.create_user("ann")
    author = Author.objects.create(name="Ann", user=user)

    user.delete()

    author.refresh_from_db()
    assert author.user is None


def test_author_with_posts_is_not_deleted(ann, make_post):
    make_post(authors=[ann])

    with pytest.raises(ProtectedError):
        ann.delete()
